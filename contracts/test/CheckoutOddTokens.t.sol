// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Checkout} from "../Checkout.sol";
import {AnythingToken} from "./support/AnythingToken.t.sol";
import {CheckoutFixture} from "./support/CheckoutFixture.t.sol";
import {OddPaymentToken} from "./support/OddPaymentToken.t.sol";

/// @dev With a token that misbehaves a payment or a refund is either right or undone.
contract CheckoutOddTokensTest is CheckoutFixture {
    uint256 internal constant STRAYED = 7e6;

    OddPaymentToken internal odd;

    function _oddRequest(OddPaymentToken.Oddity oddity) internal returns (Checkout.PaymentRequest memory r) {
        return _oddRequest(oddity, 6);
    }

    function _oddRequest(OddPaymentToken.Oddity oddity, uint8 decimals)
        internal
        returns (Checkout.PaymentRequest memory r)
    {
        odd = new OddPaymentToken(oddity, decimals);
        odd.give(alice, PURSE);
        odd.give(address(checkout), STRAYED);
        r = _aRequest();
        r.token = address(odd);
    }

    /// @notice Every way to pay, by Alice.
    function _waysToPay(Checkout.PaymentRequest memory r, uint256 amount)
        internal
        view
        returns (bytes[3] memory ways)
    {
        ways[0] = abi.encodeCall(Checkout.pay, (r, amount));
        ways[1] = abi.encodeCall(Checkout.payWithPermit, (r, amount, START, 27, 0, 0));
        ways[2] = abi.encodeCall(Checkout.payWithAuthorization, (r, _terms(alice, amount), ""));
    }

    /// @notice Every way to refund Alice, by the merchant.
    function _waysToRefund(Checkout.PaymentRequest memory r, uint256 amount)
        internal
        view
        returns (bytes[2] memory ways)
    {
        ways[0] = abi.encodeCall(Checkout.refund, (r, alice, amount));
        ways[1] = abi.encodeCall(Checkout.refundWithAuthorization, (r, _terms(alice, amount), ""));
    }

    function _expectBalanceOther(
        address caller,
        bytes memory data,
        address account,
        uint256 balance,
        uint256 expected
    ) internal {
        bytes4 selector = Checkout.CheckoutBalanceOther.selector;
        _expectRefused(caller, data, abi.encodeWithSelector(selector, account, balance, expected));
    }

    function _requireUntouched(Checkout.PaymentRequest memory r) internal view {
        vm.assertEq(odd.balanceOf(alice), PURSE);
        vm.assertEq(odd.balanceOf(merchant), 0);
        vm.assertEq(odd.balanceOf(address(checkout)), STRAYED);
        vm.assertEq(checkout.totalPaid(_reference(r)), 0);
    }

    function test_movesATokenThatAnswersNothing() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.NoReturnValue);
        bytes[3] memory pays = _waysToPay(r, 20e6);
        for (uint256 i = 0; i < 3; ++i) _expectDone(alice, pays[i]);
        vm.assertEq(odd.balanceOf(merchant), PRICE);
        vm.assertEq(checkout.totalPaid(_reference(r)), PRICE);
        bytes[2] memory refunds = _waysToRefund(r, 20e6);
        for (uint256 i = 0; i < 2; ++i) _expectDone(merchant, refunds[i]);
        vm.assertEq(odd.balanceOf(merchant), 20e6 - FEE);
        vm.assertEq(odd.balanceOf(collector), 2 * FEE);
        vm.assertEq(odd.balanceOf(address(checkout)), STRAYED);
    }

    function test_refusesATokenThatAnswersFalse() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.ReturnsFalse);
        bytes[3] memory pays = _waysToPay(r, PRICE);
        bytes memory why = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd));
        for (uint256 i = 0; i < 3; ++i) _expectRefused(alice, pays[i], why);
        _requireUntouched(r);
    }

    function test_refusesATokenThatKeepsAPart() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.KeepsAPart);
        bytes[3] memory pays = _waysToPay(r, PRICE);
        uint256 expected = STRAYED + PRICE + FEE;
        _expectBalanceOther(alice, pays[0], merchant, PRICE - 1, PRICE);
        _expectBalanceOther(alice, pays[1], merchant, PRICE - 1, PRICE);
        _expectBalanceOther(alice, pays[2], address(checkout), expected - 1, expected);
        _requireUntouched(r);
    }

    function test_refusesATokenThatKeepsAPartOfWhatIsPassedOn() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.KeepsAPartWhenPassedOn);
        _expectBalanceOther(alice, _waysToPay(r, PRICE)[2], merchant, PRICE - 1, PRICE);
        _requireUntouched(r);
        _expectDone(alice, _waysToPay(r, PRICE)[0]);
        _expectBalanceOther(merchant, _waysToRefund(r, 5e6)[1], alice, PURSE - PRICE + 5e6 - 1, PURSE - PRICE + 5e6);
        vm.assertEq(checkout.refundedTo(_reference(r), alice), 0);
    }

    /// @notice Who pays such a token directly gives more and knows it; nobody's stray tokens pay for it.
    function test_doesNotPayStrayTokensOutForATokenThatTakesMore() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.TakesMore);
        bytes[3] memory pays = _waysToPay(r, PRICE);
        _expectBalanceOther(alice, pays[2], address(checkout), STRAYED - 2, STRAYED);
        _requireUntouched(r);
        _expectDone(alice, pays[0]);
        vm.assertEq(odd.balanceOf(merchant), PRICE);
        vm.assertEq(odd.balanceOf(address(checkout)), STRAYED);
    }

    function test_doesNotPayStrayTokensOutForATokenThatMovesNothing() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.MovesNothing);
        bytes[3] memory pays = _waysToPay(r, 5e6);
        _expectBalanceOther(alice, pays[0], merchant, 0, 5e6);
        _expectBalanceOther(alice, pays[1], merchant, 0, 5e6);
        _expectBalanceOther(alice, pays[2], address(checkout), STRAYED, STRAYED + 5e6 + FEE);
        _requireUntouched(r);
    }

    function test_refusesATokenThatTakesTheLargestNumberForEverything() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.MaxMeansAll);
        r.amount = type(uint256).max;
        bytes[3] memory pays = _waysToPay(r, type(uint256).max);
        _expectBalanceOther(alice, pays[0], merchant, PURSE, type(uint256).max);
        _expectBalanceOther(alice, pays[1], merchant, PURSE, type(uint256).max);
        _expectRefused(alice, pays[2], abi.encodeWithSelector(bytes4(keccak256("Panic(uint256)")), 0x11));
        _requireUntouched(r);
    }

    function test_refusesATokenThatAnswersAnythingToAnything() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.token = address(new AnythingToken());
        bytes[3] memory pays = _waysToPay(r, PRICE);
        _expectBalanceOther(alice, pays[0], merchant, 1, 1 + PRICE);
        _expectBalanceOther(alice, pays[1], merchant, 1, 1 + PRICE);
        _expectBalanceOther(alice, pays[2], address(checkout), 1, 1 + PRICE + FEE);
        vm.assertEq(checkout.totalPaid(_reference(r)), 0);
    }

    function test_servesTokensOfZeroAndOfThirtyDecimals() public {
        for (uint256 i = 0; i < 2; ++i) {
            uint256 whole = i == 0 ? 1 : 1e30;
            Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.None, i == 0 ? 0 : 30);
            r.amount = 3_000_000_000 * whole;
            odd.give(alice, r.amount);
            bytes[3] memory pays = _waysToPay(r, 1_000_000_000 * whole);
            for (uint256 j = 0; j < 3; ++j) _expectDone(alice, pays[j]);
            vm.assertEq(checkout.totalPaid(_reference(r)), r.amount);
            vm.assertEq(odd.balanceOf(merchant), r.amount);
            _expectDone(merchant, _waysToRefund(r, whole)[0]);
            vm.assertEq(checkout.refundedTo(_reference(r), alice), whole);
            vm.assertEq(odd.balanceOf(merchant), r.amount - whole);
        }
    }

    /// @notice The token moves Alice's tokens once and would have them counted twice.
    function test_oneMovementIsNeverCountedAsTwoPayments() public {
        for (uint256 i = 0; i < 3; ++i) {
            Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.CallsBackInstead);
            bytes[3] memory pays = _waysToPay(r, 20e6);
            odd.setCallBack(address(checkout), pays[2]);
            if (i < 2) _expectBalanceOther(alice, pays[i], merchant, 0, 20e6);
            else _expectBalanceOther(alice, pays[2], address(checkout), STRAYED, STRAYED + 20e6 + FEE);
            _requireUntouched(r);
        }
    }

    function test_oneMovementIsNeverCountedAsTwoRefunds() public {
        Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.CallsBackInstead);
        _expectDone(alice, _waysToPay(r, PRICE)[0]);
        bytes[2] memory refunds = _waysToRefund(r, 20e6);
        odd.setCallBack(address(checkout), refunds[1]);
        _expectBalanceOther(merchant, refunds[0], alice, PURSE - PRICE, PURSE - PRICE + 20e6);
        vm.assertEq(checkout.refundedTo(_reference(r), alice), 0);
        vm.assertEq(odd.balanceOf(merchant), PRICE);
    }

    /// @notice What calls back is refused; what it interrupted goes on.
    function test_nothingElseHappensInTheMiddle() public {
        Checkout.PaymentRequest memory good = _aRequest();
        Checkout.SignedTerms memory t = _terms(bob, PRICE);
        bytes memory other = abi.encodeCall(Checkout.payWithAuthorization, (good, t, _signPayment(BOB_KEY, good, t)));
        for (uint256 i = 0; i < 3; ++i) {
            Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.CallsBackFirst);
            r.salt = bytes32(i);
            odd.setCallBack(address(checkout), other);
            _expectDone(alice, _waysToPay(r, PRICE)[i]);
            vm.assertFalse(odd.didCallBack());
            vm.assertEq(checkout.totalPaid(_reference(r)), PRICE);
            vm.assertEq(odd.balanceOf(address(checkout)), STRAYED);
            vm.assertEq(odd.balanceOf(merchant), PRICE);
        }
        vm.assertEq(checkout.totalPaid(_reference(good)), 0);
        _expectDone(stranger, other);
    }

    function test_aRefundIsNotTakenBackInTheMiddle() public {
        for (uint256 i = 0; i < 2; ++i) {
            Checkout.PaymentRequest memory r = _oddRequest(OddPaymentToken.Oddity.CallsBackFirst);
            _expectDone(alice, _waysToPay(r, PRICE / 2)[0]);
            odd.give(merchant, FEE);
            odd.setCallBack(address(checkout), _waysToPay(r, PRICE / 2)[2]);
            _expectDone(merchant, _waysToRefund(r, PRICE / 2)[i]);
            vm.assertFalse(odd.didCallBack());
            vm.assertEq(odd.balanceOf(alice), PURSE);
            vm.assertEq(checkout.totalPaid(_reference(r)), PRICE / 2);
        }
    }
}
