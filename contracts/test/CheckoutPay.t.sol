// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Checkout} from "../Checkout.sol";
import {CheckoutPaymentBehavior} from "./support/CheckoutPaymentBehavior.t.sol";

contract CheckoutPayTest is CheckoutPaymentBehavior {
    function _prepare(uint256 key, Checkout.PaymentRequest memory r, uint256 amount)
        internal
        override
        returns (address caller, bytes memory data)
    {
        caller = vm.addr(key);
        _approve(caller, amount);
        data = abi.encodeCall(Checkout.pay, (r, amount));
    }

    function _feeOfThisWay() internal pure override returns (uint256) {
        return 0;
    }

    function testFuzz_refusesMoreThanWasAllowed(uint256 allowed) public {
        allowed = bound(allowed, 0, PRICE - 1);
        _approve(alice, allowed);
        bytes memory why =
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(checkout), allowed, PRICE);
        _expectRefused(alice, abi.encodeCall(Checkout.pay, (_aRequest(), PRICE)), why);
        vm.assertEq(checkout.totalPaid(_reference(_aRequest())), 0);
    }

    /// @notice An allowance for the checkout is no danger to whoever gave it.
    function testFuzz_spendsTheCallersTokensOnly(address caller) public {
        if (caller == alice || caller == address(0) || caller == address(checkout)) caller = stranger;
        if (caller == merchant) caller = bob;
        _approve(alice, type(uint256).max);
        bytes memory why =
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(checkout), 0, PRICE);
        _expectRefused(caller, abi.encodeCall(Checkout.pay, (_aRequest(), PRICE)), why);
        vm.assertEq(token.balanceOf(alice), PURSE);
    }
}
