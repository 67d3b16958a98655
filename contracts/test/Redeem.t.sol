// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract RedeemTest is StablecoinFixture {
    bytes32 internal constant REFERENCE = keccak256("conversion 1");

    function setUp() public override {
        super.setUp();
        _issueTo(alice, 100e6);
        _issueTo(bob, 100e6);
    }

    function test_endsTokensAndTellsUnderWhichReference() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(alice, address(0), 40e6);
        vm.expectEmit(address(token));
        emit Stablecoin.Redeemed(REFERENCE, alice, 40e6);
        vm.prank(alice);
        token.redeem(REFERENCE, 40e6);

        vm.assertEq(token.balanceOf(alice), 60e6);
        vm.assertEq(token.totalSupply(), 160e6);
        vm.assertTrue(token.isRedeemed(alice, REFERENCE));
    }

    function testFuzz_happensOnceForAHolderAndReference(bytes32 reference_, uint256 first, uint256 second) public {
        if (reference_ == bytes32(0)) reference_ = REFERENCE;
        first = bound(first, 1, 5_000) * UNIT;
        second = bound(second, 1, 5_000) * UNIT;

        vm.startPrank(alice);
        token.redeem(reference_, first);
        vm.expectRevert(
            abi.encodeWithSelector(Stablecoin.StablecoinRedeemReferenceUsed.selector, alice, reference_)
        );
        token.redeem(reference_, second);
        vm.assertEq(token.balanceOf(alice), 100e6 - first);
    }

    function testFuzz_cannotBeSpoiltBySomebodyElse(bytes32 reference_) public {
        if (reference_ == bytes32(0)) reference_ = REFERENCE;
        vm.prank(bob);
        token.redeem(reference_, UNIT);
        vm.assertFalse(token.isRedeemed(alice, reference_));

        vm.prank(alice);
        token.redeem(reference_, UNIT);
        vm.assertTrue(token.isRedeemed(alice, reference_));
    }

    function test_isNotHeldUpByAnIssueUnderTheSameReference() public {
        vm.prank(issuer);
        token.issue(REFERENCE, alice, UNIT);
        vm.prank(alice);
        token.redeem(REFERENCE, UNIT);
        vm.assertEq(token.balanceOf(alice), 100e6);
    }

    function test_refusesAReferenceOfZero() public {
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReferenceZero.selector));
        vm.prank(alice);
        token.redeem(bytes32(0), UNIT);
    }

    function testFuzz_refusesWhatIsNotAWholeNumberOfCents(uint256 amount) public {
        amount = bound(amount, 0, 100e6);
        if (amount % UNIT == 0) amount = amount == 0 ? 0 : amount - 1;
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinAmountInvalid.selector, amount));
        vm.prank(alice);
        token.redeem(REFERENCE, amount);
    }

    function test_refusesMoreThanTheHolderHas() public {
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice, 100e6, 100e6 + UNIT)
        );
        vm.prank(alice);
        token.redeem(REFERENCE, 100e6 + UNIT);
        vm.assertFalse(token.isRedeemed(alice, REFERENCE));
    }

    function test_refusesWhilePaused() public {
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        vm.prank(alice);
        token.redeem(REFERENCE, UNIT);
    }

    function test_refusesAFrozenHolder() public {
        _freeze(alice);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice));
        vm.prank(alice);
        token.redeem(REFERENCE, UNIT);
    }

    function test_doesNotRefillTheBucket() public {
        uint256 level = token.bucketLevel();
        vm.prank(alice);
        token.redeem(REFERENCE, 100e6);
        vm.assertEq(token.bucketLevel(), level);
    }
}
