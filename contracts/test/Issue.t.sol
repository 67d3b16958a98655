// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {IssuerBucket} from "../IssuerBucket.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract IssueTest is StablecoinFixture {
    bytes32 internal constant REFERENCE = keccak256("top-up 1");

    function test_givesTokensAndTellsUnderWhichReference() public {
        vm.expectEmit(address(token));
        emit IERC20.Transfer(address(0), alice, 100e6);
        vm.expectEmit(address(token));
        emit Stablecoin.Issued(REFERENCE, alice, 100e6);
        vm.prank(issuer);
        token.issue(REFERENCE, alice, 100e6);

        vm.assertEq(token.balanceOf(alice), 100e6);
        vm.assertEq(token.totalSupply(), 100e6);
        vm.assertTrue(token.isIssued(REFERENCE));
        vm.assertEq(token.bucketLevel(), CAPACITY - 100e6);
    }

    function testFuzz_happensOnceForAReference(bytes32 reference_, address to, uint256 first, uint256 second) public {
        vm.assertFalse(token.isIssued(reference_));
        if (reference_ == bytes32(0)) reference_ = REFERENCE;
        if (to == address(0) || to == address(token)) to = bob;
        first = bound(first, 1, CAPACITY / UNIT / 2) * UNIT;
        second = bound(second, 1, CAPACITY / UNIT / 2) * UNIT;

        vm.startPrank(issuer);
        token.issue(reference_, to, first);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinIssueReferenceUsed.selector, reference_));
        token.issue(reference_, alice, second);
        vm.assertEq(token.totalSupply(), first);
    }

    function test_refusesAReferenceOfZero() public {
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReferenceZero.selector));
        vm.prank(issuer);
        token.issue(bytes32(0), alice, UNIT);
    }

    function testFuzz_refusesWhatIsNotAWholeNumberOfCents(uint256 amount) public {
        if (amount % UNIT == 0) amount = bound(amount, 0, type(uint256).max - 1) + 1;
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinAmountInvalid.selector, amount));
        vm.prank(issuer);
        token.issue(REFERENCE, alice, amount);
    }

    function test_refusesNothing() public {
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinAmountInvalid.selector, 0));
        vm.prank(issuer);
        token.issue(REFERENCE, alice, 0);
    }

    function testFuzz_refusesEverybodyButTheIssuer(address caller) public {
        if (caller == issuer) caller = stranger;
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, caller, keccak256("ISSUER_ROLE")
            )
        );
        vm.prank(caller);
        token.issue(REFERENCE, alice, UNIT);
    }

    function test_refusesMoreThanTheBucketHoldsAndKeepsTheReferenceFree() public {
        vm.expectRevert(
            abi.encodeWithSelector(IssuerBucket.IssuerBucketExceeded.selector, CAPACITY + UNIT, CAPACITY)
        );
        vm.prank(issuer);
        token.issue(REFERENCE, alice, CAPACITY + UNIT);
        vm.assertFalse(token.isIssued(REFERENCE));

        vm.prank(issuer);
        token.issue(REFERENCE, alice, CAPACITY);
        vm.assertEq(token.bucketLevel(), 0);
    }

    function test_refusesWhilePausedAndKeepsReferenceAndBucket() public {
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        vm.prank(issuer);
        token.issue(REFERENCE, alice, UNIT);
        vm.assertFalse(token.isIssued(REFERENCE));
        vm.assertEq(token.bucketLevel(), CAPACITY);
    }

    function test_refusesAFrozenReceiver() public {
        _freeze(alice);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice));
        vm.prank(issuer);
        token.issue(REFERENCE, alice, UNIT);
    }

    function test_refusesTheTokenItselfAsReceiver() public {
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReceiverIsToken.selector));
        vm.prank(issuer);
        token.issue(REFERENCE, address(token), UNIT);
    }

    function test_refusesNobodyAsReceiver() public {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(issuer);
        token.issue(REFERENCE, address(0), UNIT);
    }

    function test_isNotHeldUpByARedemptionUnderTheSameReference() public {
        _issueTo(bob, UNIT);
        vm.prank(bob);
        token.redeem(REFERENCE, UNIT);

        vm.prank(issuer);
        token.issue(REFERENCE, alice, UNIT);
        vm.assertEq(token.balanceOf(alice), UNIT);
    }
}
