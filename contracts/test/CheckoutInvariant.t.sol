// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkout} from "../Checkout.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {CheckoutHandler} from "./support/CheckoutHandler.t.sol";
import {InvariantBase} from "./support/InvariantBase.t.sol";

contract CheckoutInvariantTest is InvariantBase {
    CheckoutHandler internal handler;
    Checkout internal checkout;
    Stablecoin internal token;

    function setUp() public {
        handler = new CheckoutHandler();
        checkout = handler.getCheckout();
        token = handler.getToken();
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = CheckoutHandler.payAllowed.selector;
        selectors[1] = CheckoutHandler.payPermitted.selector;
        selectors[2] = CheckoutHandler.refundAllowed.selector;
        selectors[3] = CheckoutHandler.signPayment.selector;
        selectors[4] = CheckoutHandler.signRefund.selector;
        selectors[5] = CheckoutHandler.submit.selector;
        selectors[6] = CheckoutHandler.submitChanged.selector;
        selectors[7] = CheckoutHandler.bypass.selector;
        selectors[8] = CheckoutHandler.stray.selector;
        selectors[9] = CheckoutHandler.wait.selector;
        _target(address(handler), selectors);
    }

    function invariant_checkoutHoldsNothingOfItsOwn() public view {
        vm.assertEq(token.balanceOf(address(checkout)), handler.strayed(), "the checkout's balance");
    }

    function invariant_aRequestIsPaidUpToItsPriceByThePeopleCountedForIt() public view {
        for (uint256 i = 0; i < handler.REQUESTS(); ++i) {
            Checkout.PaymentRequest memory r = handler.requestAt(i);
            bytes32 reference_ = checkout.referenceOf(r);
            uint256 sum = 0;
            for (uint256 j = 0; j < handler.PEOPLE(); ++j) sum += checkout.paidBy(reference_, handler.personAt(j));
            vm.assertEq(sum, checkout.totalPaid(reference_), "sum over payers");
            vm.assertEq(sum, handler.totalPaid(i), "total");
            vm.assertLe(sum, r.amount, "price");
        }
    }

    function invariant_nobodyGetsBackMoreThanTheyPaid() public view {
        for (uint256 i = 0; i < handler.REQUESTS(); ++i) {
            bytes32 reference_ = checkout.referenceOf(handler.requestAt(i));
            for (uint256 j = 0; j < handler.PEOPLE(); ++j) {
                address payer = handler.personAt(j);
                uint256 refunded = checkout.refundedTo(reference_, payer);
                vm.assertLe(refunded, checkout.paidBy(reference_, payer), "refunded of paid");
                vm.assertEq(refunded, handler.refundedTo(i, payer), "refunded");
            }
        }
    }

    function invariant_merchantsHaveExactlyWhatWasPaidLessWhatWasRefunded() public view {
        for (uint256 i = 0; i < handler.MERCHANTS(); ++i) {
            address merchant = handler.merchantAt(i);
            uint256 expected = handler.OPENING();
            for (uint256 j = 0; j < handler.REQUESTS(); ++j) {
                Checkout.PaymentRequest memory r = handler.requestAt(j);
                if (r.merchant != merchant) continue;
                bytes32 reference_ = checkout.referenceOf(r);
                expected += checkout.totalPaid(reference_);
                for (uint256 k = 0; k < handler.PEOPLE(); ++k)
                    expected -= checkout.refundedTo(reference_, handler.personAt(k));
            }
            vm.assertEq(token.balanceOf(merchant), expected - handler.feesOf(merchant), "merchant");
        }
    }

    function invariant_everybodyOwnsWhatTheyAgreedTo() public view {
        for (uint256 i = 0; i < handler.PEOPLE(); ++i) {
            address person = handler.personAt(i);
            vm.assertEq(token.balanceOf(person), handler.balanceOf(person), "balance");
        }
    }

    /// @notice Nobody paid anything for a request that was asked with another merchant, token, price, expiry or salt.
    function invariant_nothingElseWasEverPaid() public view {
        for (uint256 i = 0; i < handler.REQUESTS(); ++i) {
            for (uint256 field = 0; field < 5; ++field) {
                Checkout.PaymentRequest memory r = handler.requestAt(i);
                if (field == 0) r.merchant = handler.merchantAt(i + 1);
                if (field == 1) r.token = address(checkout);
                if (field == 2) r.amount += 1;
                if (field == 3) r.validBefore -= 1;
                if (field == 4) r.salt = bytes32(i + 100);
                vm.assertEq(checkout.totalPaid(checkout.referenceOf(r)), 0, "another request");
            }
        }
    }
}
