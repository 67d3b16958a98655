// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkout} from "../Checkout.sol";
import {CheckoutFixture} from "./support/CheckoutFixture.t.sol";

contract CheckoutReferenceTest is CheckoutFixture {
    function testFuzz_referenceIsTheHashOfTheWholeRequest(Checkout.PaymentRequest memory r) public {
        vm.assertEq(checkout.referenceOf(r), _reference(r));
        bytes32 here = checkout.referenceOf(r);
        vm.chainId(block.chainid + 1);
        vm.assertEq(checkout.referenceOf(r), _reference(r));
        vm.assertNotEq(checkout.referenceOf(r), here);
    }

    function testFuzz_anotherCheckoutNamesItOtherwise(Checkout.PaymentRequest memory r) public {
        vm.assertNotEq(new Checkout().referenceOf(r), checkout.referenceOf(r));
    }

    function testFuzz_noncesAreHashesOfWhatTheSignatureDoesNotName(
        Checkout.PaymentRequest memory r,
        Checkout.SignedTerms memory t
    ) public {
        bytes32 reference_ = _reference(r);
        vm.assertEq(checkout.paymentNonceOf(reference_, t), _paymentNonce(r, t));
        vm.assertEq(checkout.refundNonceOf(reference_, t), _refundNonce(r, t));
        vm.chainId(block.chainid + 1);
        reference_ = _reference(r);
        vm.assertEq(checkout.paymentNonceOf(reference_, t), _paymentNonce(r, t));
        vm.assertEq(checkout.refundNonceOf(reference_, t), _refundNonce(r, t));
    }

    function testFuzz_aPaymentNeverHasTheNonceOfARefund(
        bytes32 reference_,
        Checkout.SignedTerms memory payment,
        Checkout.SignedTerms memory refund
    ) public view {
        vm.assertNotEq(checkout.paymentNonceOf(reference_, payment), checkout.refundNonceOf(reference_, refund));
        vm.assertNotEq(checkout.paymentNonceOf(reference_, payment), checkout.refundNonceOf(reference_, payment));
    }
}
