// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkout} from "../../Checkout.sol";
import {Stablecoin} from "../../Stablecoin.sol";
import {CheckoutFixture} from "./CheckoutFixture.t.sol";

/// @title CheckoutHandler
/// @author Feiqian
/// @notice People pay a few requests in all ways, merchants refund in all ways, others submit what was signed later,
/// changed, for the other purpose or past the checkout. A plain model says what must succeed and what everybody must own
/// afterwards.
contract CheckoutHandler is CheckoutFixture {
    uint256 public constant PEOPLE = 4;
    uint256 public constant MERCHANTS = 2;
    uint256 public constant REQUESTS = 6;
    uint256 public constant OPENING = 1_000e6;

    struct Signed {
        bool isRefund;
        uint256 request;
        Checkout.SignedTerms terms;
        bytes signature;
        bool isUsed;
    }

    mapping(address account => uint256 balance) public balanceOf;
    mapping(uint256 request => uint256 amount) public totalPaid;
    mapping(uint256 request => mapping(address payer => uint256 amount)) public paidBy;
    mapping(uint256 request => mapping(address payer => uint256 amount)) public refundedTo;
    /// @notice Fees that merchants gave for refunds.
    mapping(address account => uint256 amount) public feesOf;
    uint256 public strayed;
    Checkout.PaymentRequest[REQUESTS] private _requests;
    Signed[] private _signed;

    constructor() {
        setUp();
        for (uint256 i = 0; i < PEOPLE + MERCHANTS; ++i) {
            _issueTo(_accountAt(i), OPENING);
            balanceOf[_accountAt(i)] = OPENING;
        }
        for (uint256 i = 0; i < REQUESTS; ++i) {
            // Prices from a few units, so that requests fill up; ends from soon to never.
            _requests[i] = Checkout.PaymentRequest({
                merchant: merchantAt(i),
                token: address(token),
                amount: i < 2 ? 10 + i : (i + 1) * 20e6,
                validBefore: i == 3 ? START + 2_000 : i == 4 ? START + 20_000 : type(uint256).max,
                salt: bytes32(i)
            });
        }
    }

    function getToken() external view returns (Stablecoin) {
        return token;
    }

    function getCheckout() external view returns (Checkout) {
        return checkout;
    }

    function requestAt(uint256 index) public view returns (Checkout.PaymentRequest memory) {
        return _requests[index % REQUESTS];
    }

    function personAt(uint256 index) public pure returns (address) {
        return _accountAt(index % PEOPLE);
    }

    function merchantAt(uint256 index) public pure returns (address) {
        return _accountAt(PEOPLE + (index % MERCHANTS));
    }

    function payAllowed(uint256 which, uint256 who, uint256 amount, uint256 allowed) external {
        which %= REQUESTS;
        address payer = personAt(who);
        amount = _anAmount(which, amount);
        allowed = allowed % 4 == 0 ? bound(allowed, 0, amount) : amount;
        bool isRight = _canPay(which, payer, amount, 0) && allowed >= amount;
        _approve(payer, allowed);
        vm.prank(payer);
        try checkout.pay(_requests[which], amount) {
            vm.assertTrue(isRight, "pay succeeded");
            _paid(which, payer, amount, 0);
        } catch {
            vm.assertFalse(isRight, "pay failed");
        }
    }

    /// @notice Sometimes somebody else submits the permit first.
    function payPermitted(uint256 which, uint256 who, uint256 amount, bool isFrontRun) external {
        which %= REQUESTS;
        address payer = personAt(who);
        amount = _anAmount(which, amount);
        bool isRight = _canPay(which, payer, amount, 0);
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(_keyAt(who % PEOPLE), amount, block.timestamp);
        if (isFrontRun) token.permit(payer, address(checkout), amount, block.timestamp, v, r, s);
        uint256 deadline = block.timestamp;
        vm.prank(payer);
        try checkout.payWithPermit(_requests[which], amount, deadline, v, r, s) {
            vm.assertTrue(isRight, "payWithPermit succeeded");
            _paid(which, payer, amount, 0);
        } catch {
            vm.assertFalse(isRight, "payWithPermit failed");
        }
    }

    function refundAllowed(uint256 which, uint256 who, uint256 amount, uint256 caller) external {
        which %= REQUESTS;
        address payer = personAt(who);
        address sender = caller % 4 == 0 ? _accountAt(caller % (PEOPLE + MERCHANTS)) : _requests[which].merchant;
        amount = _anAmountBack(which, payer, amount);
        bool isRight = sender == _requests[which].merchant && _canRefund(which, payer, amount, 0);
        _approve(sender, amount);
        vm.prank(sender);
        try checkout.refund(_requests[which], payer, amount) {
            vm.assertTrue(isRight, "refund succeeded");
            _refunded(which, payer, amount, 0);
        } catch {
            vm.assertFalse(isRight, "refund failed");
        }
    }

    /// @notice Somebody signs a payment; it may be submitted at once or later, or never.
    function signPayment(uint256 which, uint256 who, uint256 amount, uint256 fee) external {
        which %= REQUESTS;
        Checkout.SignedTerms memory t = _newTerms(personAt(who), _anAmount(which, amount), fee);
        _signed.push(Signed(false, which, t, _signPayment(_keyAt(who % PEOPLE), _requests[which], t), false));
    }

    /// @notice A merchant signs a refund; it may be submitted at once or later, or never.
    function signRefund(uint256 which, uint256 who, uint256 amount, uint256 fee) external {
        which %= REQUESTS;
        address payer = personAt(who);
        Checkout.SignedTerms memory t = _newTerms(payer, _anAmountBack(which, payer, amount), fee);
        uint256 key = _keyAt(PEOPLE + (which % MERCHANTS));
        _signed.push(Signed(true, which, t, _signRefund(key, _requests[which], t), false));
    }

    function submit(uint256 which) external {
        if (_signed.length == 0) return;
        Signed storage signed = _signed[which % _signed.length];
        Checkout.SignedTerms memory t = signed.terms;
        bool isRight = !signed.isUsed
            && (signed.isRefund
                    ? _canRefund(signed.request, t.payer, t.amount, t.fee)
                    : _canPay(signed.request, t.payer, t.amount, t.fee));
        if (_tryToSubmit(signed.isRefund, _requests[signed.request], t, signed.signature)) {
            vm.assertTrue(isRight, "what was signed succeeded");
            signed.isUsed = true;
            if (signed.isRefund) _refunded(signed.request, t.payer, t.amount, t.fee);
            else _paid(signed.request, t.payer, t.amount, t.fee);
        } else {
            vm.assertFalse(isRight, "what was signed failed");
        }
    }

    /// @notice Changes one or several fields of what was signed, or uses it for the other purpose, and hopes.
    function submitChanged(uint256 which, uint256 fields, uint256 seed) external {
        if (_signed.length == 0) return;
        Signed storage signed = _signed[which % _signed.length];
        Checkout.SignedTerms memory t = signed.terms;
        Checkout.PaymentRequest memory r = _requests[signed.request];
        bool isRefund = signed.isRefund;
        bytes32 before = keccak256(abi.encode(isRefund, r, t));
        if (fields & 1 != 0) r = _requests[seed % REQUESTS];
        if (fields & 2 != 0) r.merchant = merchantAt(seed);
        if (fields & 4 != 0) r.amount = seed % (200e6);
        if (fields & 8 != 0) r.validBefore = START + (seed % 1_000_000);
        if (fields & 16 != 0) t.payer = personAt(seed / 16);
        if (fields & 32 != 0) {
            uint256 sum = t.amount + t.fee;
            t.fee = bound(seed, 0, sum);
            t.amount = sum - t.fee;
        }
        if (fields & 64 != 0) t.feeReceiver = personAt(seed / 4);
        if (fields & 128 != 0) t.salt = bytes32(seed % _signed.length);
        if (fields & 256 != 0) isRefund = !isRefund;
        if (keccak256(abi.encode(isRefund, r, t)) == before) return;
        vm.assertFalse(_tryToSubmit(isRefund, r, t, signed.signature), "something else than signed was carried out");
    }

    /// @notice Takes the authorization to the token directly, hoping to strand or split the money.
    function bypass(uint256 which, uint256 caller) external {
        if (_signed.length == 0) return;
        Signed storage signed = _signed[which % _signed.length];
        Checkout.SignedTerms memory t = signed.terms;
        Checkout.PaymentRequest memory r = _requests[signed.request];
        address from = signed.isRefund ? r.merchant : t.payer;
        bytes32 nonce = signed.isRefund ? _refundNonce(r, t) : _paymentNonce(r, t);
        vm.prank(personAt(caller));
        try token.receiveWithAuthorization(
            from, address(checkout), t.amount + t.fee, t.validAfter, t.validBefore, nonce, signed.signature
        ) {
            vm.assertTrue(false, "an authorization was taken past the checkout");
        } catch {}
    }

    /// @notice Somebody pastes the checkout's address as recipient.
    function stray(uint256 from, uint256 amount) external {
        address sender = personAt(from);
        amount = bound(amount, 0, balanceOf[sender] < 1e6 ? balanceOf[sender] : 1e6);
        vm.prank(sender);
        token.transfer(address(checkout), amount);
        balanceOf[sender] -= amount;
        strayed += amount;
    }

    function wait(uint256 elapsed) external {
        vm.warp(block.timestamp + bound(elapsed, 1, 400));
    }

    function _tryToSubmit(
        bool isRefund,
        Checkout.PaymentRequest memory r,
        Checkout.SignedTerms memory t,
        bytes memory signature
    ) private returns (bool isDone) {
        vm.prank(stranger);
        (isDone,) = address(checkout).call(
            isRefund
                ? abi.encodeCall(Checkout.refundWithAuthorization, (r, t, signature))
                : abi.encodeCall(Checkout.payWithAuthorization, (r, t, signature))
        );
    }

    function _newTerms(address payer, uint256 amount, uint256 fee)
        private
        view
        returns (Checkout.SignedTerms memory t)
    {
        t = _terms(payer, amount);
        t.fee = bound(fee, 0, 5e6);
        t.validBefore = type(uint256).max;
        t.salt = bytes32(_signed.length);
    }

    /// @notice Mostly what can be paid, sometimes more or nothing.
    function _anAmount(uint256 which, uint256 seed) private view returns (uint256) {
        uint256 left = _requests[which].amount - totalPaid[which];
        if (seed % 8 == 0) return seed % 16 == 0 ? left : left + 1;
        return bound(seed, 0, left);
    }

    /// @notice Mostly what can be refunded, sometimes more or nothing.
    function _anAmountBack(uint256 which, address payer, uint256 seed) private view returns (uint256) {
        uint256 left = paidBy[which][payer] - refundedTo[which][payer];
        if (seed % 8 == 0) return seed % 16 == 0 ? left : left + 1;
        return bound(seed, 0, left);
    }

    function _canPay(uint256 which, address payer, uint256 amount, uint256 fee) private view returns (bool) {
        return amount != 0 && block.timestamp < _requests[which].validBefore
            && totalPaid[which] + amount <= _requests[which].amount && balanceOf[payer] >= amount + fee;
    }

    function _canRefund(uint256 which, address payer, uint256 amount, uint256 fee) private view returns (bool) {
        return amount != 0 && refundedTo[which][payer] + amount <= paidBy[which][payer]
            && balanceOf[_requests[which].merchant] >= amount + fee;
    }

    function _paid(uint256 which, address payer, uint256 amount, uint256 fee) private {
        balanceOf[payer] -= amount + fee;
        balanceOf[_requests[which].merchant] += amount;
        balanceOf[collector] += fee;
        totalPaid[which] += amount;
        paidBy[which][payer] += amount;
    }

    function _refunded(uint256 which, address payer, uint256 amount, uint256 fee) private {
        address from = _requests[which].merchant;
        balanceOf[from] -= amount + fee;
        balanceOf[payer] += amount;
        balanceOf[collector] += fee;
        feesOf[from] += fee;
        refundedTo[which][payer] += amount;
    }

    function _accountAt(uint256 index) private pure returns (address) {
        return vm.addr(_keyAt(index));
    }

    function _keyAt(uint256 index) private pure returns (uint256) {
        return 3_000 + index;
    }
}
