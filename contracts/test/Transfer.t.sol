// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract TransferTest is StablecoinFixture {
    function setUp() public override {
        super.setUp();
        _issueTo(alice, 100e6);
    }

    function test_hasSixDecimalsAndItsNames() public view {
        vm.assertEq(token.decimals(), 6);
        vm.assertEq(token.name(), NAME);
        vm.assertEq(token.symbol(), "TUSD");
        vm.assertEq(token.UNIT(), UNIT);
    }

    function testFuzz_movesAnyAmountThatTheSenderHas(address to, uint256 amount) public {
        if (to == address(0) || to == address(token) || to == alice) to = bob;
        amount = bound(amount, 0, 100e6);
        vm.prank(alice);
        vm.assertTrue(token.transfer(to, amount));
        vm.assertEq(token.balanceOf(to), amount);
        vm.assertEq(token.balanceOf(alice), 100e6 - amount);
        vm.assertEq(token.totalSupply(), 100e6);
    }

    function testFuzz_refusesMoreThanTheSenderHas(uint256 amount) public {
        amount = bound(amount, 100e6 + 1, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice, 100e6, amount)
        );
        vm.prank(alice);
        token.transfer(bob, amount);
    }

    function test_refusesTheTokenItselfAsReceiver() public {
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReceiverIsToken.selector));
        vm.prank(alice);
        token.transfer(address(token), 1);

        vm.prank(alice);
        token.approve(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReceiverIsToken.selector));
        vm.prank(bob);
        token.transferFrom(alice, address(token), 1);
    }

    function test_refusesWhilePausedButLetsApprove() public {
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        vm.prank(alice);
        token.transfer(bob, 1);

        vm.prank(alice);
        token.approve(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        vm.prank(bob);
        token.transferFrom(alice, bob, 1);
    }

    function test_refusesAFrozenSender() public {
        _freeze(alice);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice));
        vm.prank(alice);
        token.transfer(bob, 1);
    }

    function test_refusesAFrozenReceiver() public {
        _freeze(bob);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, bob));
        vm.prank(alice);
        token.transfer(bob, 1);
    }

    function test_refusesAFrozenSpenderOfSomebodyElsesTokens() public {
        vm.prank(alice);
        token.approve(bob, 100e6);
        _freeze(bob);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, bob));
        vm.prank(bob);
        token.transferFrom(alice, stranger, 1);
    }

    function test_refusesAnAllowanceOverAFrozenHoldersTokens() public {
        vm.prank(alice);
        token.approve(bob, 100e6);
        _freeze(alice);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice));
        vm.prank(bob);
        token.transferFrom(alice, bob, 1);
    }
}
