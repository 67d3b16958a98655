// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Authorization} from "../Authorization.sol";
import {Checkout} from "../Checkout.sol";
import {Eip3009} from "../Eip3009.sol";
import {CheckoutRefundBehavior} from "./support/CheckoutRefundBehavior.t.sol";
import {ContractWallet} from "./support/ContractWallet.t.sol";

contract CheckoutRefundWithAuthorizationTest is CheckoutRefundBehavior {
    function _prepare(uint256 merchantKey, Checkout.PaymentRequest memory r, address payer, uint256 amount)
        internal
        view
        override
        returns (address caller, bytes memory data)
    {
        Checkout.SignedTerms memory t = _terms(payer, amount);
        // A second refund of the same amount is another one.
        t.salt = bytes32(checkout.refundedTo(_reference(r), payer));
        return (stranger, _data(r, t, _signRefund(merchantKey, r, t)));
    }

    function _feeOfThisWay() internal pure override returns (uint256) {
        return FEE;
    }

    function _data(Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t, bytes memory signature)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(Checkout.refundWithAuthorization, (r, t, signature));
    }

    function _expectUnsigned(Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t, bytes memory signature)
        internal
    {
        bytes memory why = abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, r.merchant);
        _expectRefused(stranger, _data(r, t, signature), why);
        vm.assertEq(token.balanceOf(merchant), PRICE + TILL);
    }

    function test_happensOnce() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, ALICE_PAID / 2);
        bytes memory data = _data(r, t, _signRefund(MERCHANT_KEY, r, t));
        _expectDone(stranger, data);
        bytes memory why = abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, merchant, _refundNonce(r, t));
        _expectRefused(stranger, data, why);
        vm.assertEq(checkout.refundedTo(_reference(r), alice), ALICE_PAID / 2);
    }

    function testFuzz_refusesAnyOtherFieldThanSigned(uint8 field, uint256 seed) public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        bytes memory signature = _signRefund(MERCHANT_KEY, r, t);
        uint256 which = field % 7;
        if (which == 0) t.payer = bob;
        if (which == 1) t.amount = bound(seed, 15e6 + 1, ALICE_PAID);
        if (which == 2) t.fee = bound(seed, FEE + 1, type(uint128).max);
        if (which == 3) t.feeReceiver = address(uint160(bound(seed, 0x10000, type(uint128).max)));
        if (which == 4) t.validAfter = bound(seed, 0, START - 2);
        if (which == 5) t.validBefore = bound(seed, START + 7_201, type(uint256).max);
        if (which == 6) t.salt = keccak256(abi.encode(seed));
        _expectUnsigned(r, t, signature);
    }

    /// @notice A second request that the same person paid the same amount for.
    function test_refusesAnotherRequestThanSigned() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        bytes memory signature = _signRefund(MERCHANT_KEY, r, t);
        r.salt = keccak256("order 2");
        _issueTo(alice, PRICE);
        _pay(alice, r, 15e6);
        bytes memory why = abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, merchant);
        _expectRefused(stranger, _data(r, t, signature), why);
        vm.assertEq(checkout.refundedTo(_reference(r), alice), 0);
    }

    function testFuzz_cannotBeRepricedWithinTheSameSum(uint256 amount) public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        bytes memory signature = _signRefund(MERCHANT_KEY, r, t);
        uint256 sum = t.amount + t.fee;
        t.amount = bound(amount, 1, sum);
        if (t.amount == 15e6) t.amount = 15e6 - 1;
        t.fee = sum - t.amount;
        _expectUnsigned(r, t, signature);
    }

    /// @notice Not even if a merchant can be made to sign a payment to themselves.
    function test_refusesWhatWasSignedAsAPayment() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        _expectUnsigned(r, t, _signReceive(MERCHANT_KEY, r.token, merchant, t, _paymentNonce(r, t)));
        t.payer = merchant;
        bytes memory signature = _signPayment(MERCHANT_KEY, r, t);
        t.payer = alice;
        _expectUnsigned(r, t, signature);
    }

    function testFuzz_refusesAnotherSigner(uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        if (key == MERCHANT_KEY) key = BOB_KEY;
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        _expectUnsigned(r, t, _signRefund(key, r, t));
    }

    /// @notice Who names themselves as merchant and signs names another request, which nobody paid.
    function test_isNotOfWhoCallsThemselvesMerchant() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.merchant = bob;
        Checkout.SignedTerms memory t = _terms(alice, 1);
        bytes memory why = abi.encodeWithSelector(Checkout.CheckoutPaymentExceeded.selector, 1, 0);
        _expectRefused(stranger, _data(r, t, _signRefund(BOB_KEY, r, t)), why);
    }

    function test_cannotBeUsedAtAnotherCheckout() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        bytes memory signature = _signRefund(MERCHANT_KEY, r, t);
        checkout = new Checkout();
        _pay(alice, r, 15e6);
        bytes memory why = abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, merchant);
        _expectRefused(stranger, _data(r, t, signature), why);
    }

    function test_refusesItselfAsFeeReceiver() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        t.feeReceiver = address(checkout);
        bytes memory why = abi.encodeWithSelector(Checkout.CheckoutReceiverInvalid.selector, address(checkout));
        _expectRefused(stranger, _data(r, t, _signRefund(MERCHANT_KEY, r, t)), why);
    }

    function testFuzz_isPossibleStrictlyBetweenItsOwnTimes(uint256 time) public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        t.validAfter = START + 10;
        t.validBefore = START + 20;
        bytes memory data = _data(r, t, _signRefund(MERCHANT_KEY, r, t));
        vm.warp(bound(time, START, START + 30));
        if (block.timestamp <= START + 10) {
            bytes4 early = Authorization.AuthorizationNotYetValid.selector;
            return _expectRefused(stranger, data, abi.encodeWithSelector(early, t.validAfter));
        }
        if (block.timestamp >= START + 20) {
            bytes4 late = Authorization.AuthorizationExpired.selector;
            return _expectRefused(stranger, data, abi.encodeWithSelector(late, t.validBefore));
        }
        _expectDone(stranger, data);
    }

    function test_servesAMerchantThatIsAContract() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.merchant = address(new ContractWallet(merchant));
        _pay(alice, r, 15e6);
        _issueTo(r.merchant, FEE);
        Checkout.SignedTerms memory t = _terms(alice, 15e6);
        _expectDone(stranger, _data(r, t, _signRefund(MERCHANT_KEY, r, t)));
        vm.assertEq(checkout.refundedTo(_reference(r), alice), 15e6);
        vm.assertEq(token.balanceOf(r.merchant), 0);
    }
}
