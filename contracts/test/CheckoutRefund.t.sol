// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Checkout} from "../Checkout.sol";
import {CheckoutRefundBehavior} from "./support/CheckoutRefundBehavior.t.sol";

contract CheckoutRefundTest is CheckoutRefundBehavior {
    function _prepare(uint256 merchantKey, Checkout.PaymentRequest memory r, address payer, uint256 amount)
        internal
        override
        returns (address caller, bytes memory data)
    {
        caller = vm.addr(merchantKey);
        _approve(caller, amount);
        data = abi.encodeCall(Checkout.refund, (r, payer, amount));
    }

    function _feeOfThisWay() internal pure override returns (uint256) {
        return 0;
    }

    function testFuzz_isTheMerchantsAlone(address caller) public {
        if (caller == merchant) caller = stranger;
        _approve(merchant, type(uint256).max);
        bytes memory why =
            abi.encodeWithSelector(Checkout.CheckoutCallerNotMerchant.selector, caller, merchant);
        _expectRefused(caller, abi.encodeCall(Checkout.refund, (_aRequest(), alice, 1)), why);
        vm.assertEq(token.balanceOf(alice), PURSE - ALICE_PAID);
    }

    /// @notice Who names themselves as merchant names another request, which nobody paid.
    function test_isNotOfWhoCallsThemselvesMerchant() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.merchant = bob;
        _expectRefusal(
            BOB_KEY, r, alice, 1, abi.encodeWithSelector(Checkout.CheckoutPaymentExceeded.selector, 1, 0)
        );
    }

    function testFuzz_refusesMoreThanWasAllowed(uint256 allowed) public {
        allowed = bound(allowed, 0, ALICE_PAID - 1);
        _approve(merchant, allowed);
        bytes memory why = abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientAllowance.selector, address(checkout), allowed, ALICE_PAID
        );
        _expectRefused(merchant, abi.encodeCall(Checkout.refund, (_aRequest(), alice, ALICE_PAID)), why);
    }
}
