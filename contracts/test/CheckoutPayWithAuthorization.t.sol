// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Authorization} from "../Authorization.sol";
import {Checkout} from "../Checkout.sol";
import {Eip3009} from "../Eip3009.sol";
import {IEip3009} from "../IEip3009.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {CheckoutPaymentBehavior} from "./support/CheckoutPaymentBehavior.t.sol";
import {ContractWallet} from "./support/ContractWallet.t.sol";

contract CheckoutPayWithAuthorizationTest is CheckoutPaymentBehavior {
    function _prepare(uint256 key, Checkout.PaymentRequest memory r, uint256 amount)
        internal
        view
        override
        returns (address caller, bytes memory data)
    {
        Checkout.SignedTerms memory t = _terms(vm.addr(key), amount);
        t.validAfter = 0;
        return (stranger, _data(r, t, _signPayment(key, r, t)));
    }

    function _feeOfThisWay() internal pure override returns (uint256) {
        return FEE;
    }

    function _data(Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t, bytes memory signature)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(Checkout.payWithAuthorization, (r, t, signature));
    }

    function _expectUnsigned(Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t, bytes memory signature)
        internal
    {
        bytes memory why = abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, t.payer);
        _expectRefused(stranger, _data(r, t, signature), why);
        vm.assertEq(token.balanceOf(alice), PURSE);
        vm.assertEq(checkout.totalPaid(_reference(_aRequest())), 0);
    }

    function testFuzz_movesAnyAmountAndFeeThatThePayerHas(uint256 amount, uint256 fee) public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, bound(amount, 1, PRICE));
        t.fee = bound(fee, 0, PURSE - t.amount);
        bytes memory data = _data(r, t, _signPayment(ALICE_KEY, r, t));
        vm.expectEmit(address(token));
        emit IEip3009.AuthorizationUsed(alice, _paymentNonce(r, t));
        _expectDone(stranger, data);
        vm.assertEq(token.balanceOf(merchant), t.amount);
        vm.assertEq(token.balanceOf(collector), t.fee);
        vm.assertEq(token.balanceOf(alice), PURSE - t.amount - t.fee);
        vm.assertEq(token.balanceOf(address(checkout)), 0);
        vm.assertEq(checkout.totalPaid(_reference(r)), t.amount);
    }

    function test_happensOnce() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, PRICE / 2);
        bytes memory data = _data(r, t, _signPayment(ALICE_KEY, r, t));
        _expectDone(stranger, data);
        bytes memory why = abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, alice, _paymentNonce(r, t));
        _expectRefused(stranger, data, why);
        vm.assertEq(checkout.totalPaid(_reference(r)), PRICE / 2);
    }

    function testFuzz_refusesAnyOtherFieldThanSigned(uint8 field, uint256 seed) public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        bytes memory signature = _signPayment(ALICE_KEY, r, t);
        address somebody = address(uint160(bound(seed, 0x10000, type(uint128).max)));
        uint256 which = field % 12;
        if (which == 0) r.merchant = somebody;
        if (which == 1) r.token = address(_deployToken(NAME));
        if (which == 2) r.amount = bound(seed, PRICE + 1, type(uint256).max);
        if (which == 3) r.validBefore = bound(seed, START + 3_601, type(uint256).max);
        if (which == 4) r.salt = keccak256(abi.encode(seed));
        if (which == 5) t.payer = bob;
        if (which == 6) t.amount = bound(seed, 25e6 + 1, PRICE);
        if (which == 7) t.fee = bound(seed, FEE + 1, type(uint128).max);
        if (which == 8) t.feeReceiver = somebody;
        if (which == 9) t.validAfter = bound(seed, 0, START - 2);
        if (which == 10) t.validBefore = bound(seed, START + 7_201, type(uint256).max);
        if (which == 11) t.salt = keccak256(abi.encode(seed));
        _expectUnsigned(r, t, signature);
    }

    function testFuzz_cannotBeRepricedWithinTheSameSum(uint256 amount) public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        bytes memory signature = _signPayment(ALICE_KEY, r, t);
        uint256 sum = t.amount + t.fee;
        t.amount = bound(amount, 1, sum);
        if (t.amount == 25e6) t.amount = 25e6 - 1;
        t.fee = sum - t.amount;
        _expectUnsigned(r, t, signature);
    }

    function testFuzz_cannotBeTakenPastTheCheckout(address caller) public {
        if (caller == address(checkout)) caller = stranger;
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        bytes memory signature = _signPayment(ALICE_KEY, r, t);
        bytes32 nonce = _paymentNonce(r, t);
        uint256 sum = t.amount + t.fee;

        vm.expectRevert(abi.encodeWithSelector(Eip3009.Eip3009CallerNotReceiver.selector, caller, address(checkout)));
        vm.prank(caller);
        token.receiveWithAuthorization(alice, address(checkout), sum, t.validAfter, t.validBefore, nonce, signature);

        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, alice));
        vm.prank(caller);
        token.transferWithAuthorization(alice, address(checkout), sum, t.validAfter, t.validBefore, nonce, signature);
    }

    function test_cannotBeUsedAtAnotherCheckoutOrOnAnotherChain() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        bytes memory signature = _signPayment(ALICE_KEY, r, t);
        Checkout other = new Checkout();
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, alice));
        other.payWithAuthorization(r, t, signature);
        vm.chainId(block.chainid + 1);
        _expectUnsigned(r, t, signature);
    }

    function testFuzz_refusesAnotherSigner(uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        if (key == ALICE_KEY) key = BOB_KEY;
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        _expectUnsigned(r, t, _signPayment(key, r, t));
    }

    /// @notice A merchant who signs a refund cannot have signed to pay.
    function test_refusesWhatWasSignedAsARefund() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        _expectUnsigned(r, t, _signReceive(ALICE_KEY, r.token, alice, t, _refundNonce(r, t)));
    }

    function test_withoutAFeeNobodyIsNeededToReceiveIt() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        t.fee = 0;
        t.feeReceiver = address(0);
        _expectDone(stranger, _data(r, t, _signPayment(ALICE_KEY, r, t)));
        vm.assertEq(token.balanceOf(merchant), 25e6);
    }

    function test_aFeeForNobodyIsRefused() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        t.feeReceiver = address(0);
        bytes memory why = abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0));
        _expectRefused(stranger, _data(r, t, _signPayment(ALICE_KEY, r, t)), why);
        vm.assertFalse(token.authorizationState(alice, _paymentNonce(r, t)));
    }

    function test_refusesItselfAsFeeReceiver() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        t.feeReceiver = address(checkout);
        bytes memory why = abi.encodeWithSelector(Checkout.CheckoutReceiverInvalid.selector, address(checkout));
        _expectRefused(stranger, _data(r, t, _signPayment(ALICE_KEY, r, t)), why);
    }

    function test_theMerchantMayCarryThePaymentForTheFee() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        t.feeReceiver = merchant;
        _expectDone(merchant, _data(r, t, _signPayment(ALICE_KEY, r, t)));
        vm.assertEq(token.balanceOf(merchant), 25e6 + FEE);
        vm.assertEq(checkout.totalPaid(_reference(r)), 25e6);
    }

    function test_refusesASumThatOverflows() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        bytes memory signature = _signPayment(ALICE_KEY, r, t);
        t.fee = type(uint256).max;
        bytes memory why = abi.encodeWithSelector(bytes4(keccak256("Panic(uint256)")), 0x11);
        _expectRefused(stranger, _data(r, t, signature), why);
    }

    function testFuzz_isPossibleStrictlyBetweenItsOwnTimes(uint256 validAfter, uint256 validBefore, uint256 time)
        public
    {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        time = bound(time, START, START + 100);
        t.validAfter = bound(validAfter, START - 10, START + 110);
        t.validBefore = bound(validBefore, START - 10, START + 110);
        bytes memory data = _data(r, t, _signPayment(ALICE_KEY, r, t));
        vm.warp(time);
        if (time <= t.validAfter) {
            bytes4 early = Authorization.AuthorizationNotYetValid.selector;
            return _expectRefused(stranger, data, abi.encodeWithSelector(early, t.validAfter));
        }
        if (time >= t.validBefore) {
            bytes4 late = Authorization.AuthorizationExpired.selector;
            return _expectRefused(stranger, data, abi.encodeWithSelector(late, t.validBefore));
        }
        _expectDone(stranger, data);
    }

    function test_refusesAFrozenFeeReceiverAndTakesNothing() public {
        Checkout.PaymentRequest memory r = _aRequest();
        _freeze(collector);
        bytes memory why = abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, collector);
        _expectRefusal(ALICE_KEY, r, 25e6, why);
    }

    function test_canBeCalledOffByThePayer() public {
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(alice, 25e6);
        bytes32 nonce = _paymentNonce(r, t);
        bytes memory data = _data(r, t, _signPayment(ALICE_KEY, r, t));
        bytes32 structHash = keccak256(abi.encode(token.CANCEL_AUTHORIZATION_TYPEHASH(), alice, nonce));
        token.cancelAuthorization(alice, nonce, _sign(ALICE_KEY, structHash));
        _expectRefused(stranger, data, abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, alice, nonce));
    }

    function test_servesAPayerThatIsAContract() public {
        ContractWallet wallet = new ContractWallet(alice);
        _issueTo(address(wallet), 30e6);
        Checkout.PaymentRequest memory r = _aRequest();
        Checkout.SignedTerms memory t = _terms(address(wallet), 25e6);
        _expectDone(stranger, _data(r, t, _signPayment(ALICE_KEY, r, t)));
        vm.assertEq(token.balanceOf(merchant), 25e6);
        vm.assertEq(checkout.paidBy(_reference(r), address(wallet)), 25e6);
    }
}
