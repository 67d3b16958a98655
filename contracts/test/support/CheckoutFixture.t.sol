// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkout} from "../../Checkout.sol";
import {StablecoinFixture} from "./StablecoinFixture.t.sol";

/// @title CheckoutFixture
/// @author Feiqian
/// @notice A checkout, a merchant who asks for something, and two people who can pay it. References and nonces are put
/// together here, never read from the checkout.
abstract contract CheckoutFixture is StablecoinFixture {
    bytes32 internal constant RECEIVE_TYPE_HASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 internal constant PERMIT_TYPE_HASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    uint256 internal constant MERCHANT_KEY = 0x5409;
    uint256 internal constant PRICE = 60e6;
    uint256 internal constant PURSE = 100e6;
    uint256 internal constant FEE = 20_000;

    Checkout internal checkout;
    address internal merchant;
    address internal constant collector = address(0xFEE);

    function setUp() public virtual override {
        super.setUp();
        checkout = new Checkout();
        merchant = vm.addr(MERCHANT_KEY);
        _issueTo(alice, PURSE);
        _issueTo(bob, PURSE);
    }

    function _aRequest() internal view returns (Checkout.PaymentRequest memory) {
        return Checkout.PaymentRequest({
            merchant: merchant,
            token: address(token),
            amount: PRICE,
            validBefore: START + 3_600,
            salt: keccak256("order 1")
        });
    }

    function _terms(address payer, uint256 amount) internal pure returns (Checkout.SignedTerms memory) {
        return Checkout.SignedTerms({
            payer: payer,
            amount: amount,
            fee: FEE,
            feeReceiver: collector,
            validAfter: START - 1,
            validBefore: START + 7_200,
            salt: keccak256("salt 1")
        });
    }

    function _reference(Checkout.PaymentRequest memory r) internal view returns (bytes32) {
        return keccak256(
            abi.encode(block.chainid, address(checkout), r.merchant, r.token, r.amount, r.validBefore, r.salt)
        );
    }

    function _paymentNonce(Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t)
        internal
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                block.chainid, address(checkout), _reference(r), t.amount, t.fee, t.feeReceiver, t.validBefore, t.salt
            )
        );
    }

    function _refundNonce(Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t)
        internal
        view
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                keccak256("Refund"),
                block.chainid,
                address(checkout),
                _reference(r),
                t.payer,
                t.amount,
                t.fee,
                t.feeReceiver,
                t.validBefore,
                t.salt
            )
        );
    }

    function _signPayment(uint256 key, Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t)
        internal
        view
        returns (bytes memory)
    {
        return _signReceive(key, r.token, t.payer, t, _paymentNonce(r, t));
    }

    function _signRefund(uint256 key, Checkout.PaymentRequest memory r, Checkout.SignedTerms memory t)
        internal
        view
        returns (bytes memory)
    {
        return _signReceive(key, r.token, r.merchant, t, _refundNonce(r, t));
    }

    function _signReceive(uint256 key, address token_, address from, Checkout.SignedTerms memory t, bytes32 nonce)
        internal
        view
        returns (bytes memory)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                RECEIVE_TYPE_HASH, from, address(checkout), t.amount + t.fee, t.validAfter, t.validBefore, nonce
            )
        );
        return _signDigest(key, _digestFor(token_, NAME, structHash));
    }

    function _signPermit(uint256 key, uint256 value, uint256 deadline)
        internal
        view
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        address owner = vm.addr(key);
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPE_HASH, owner, address(checkout), value, token.nonces(owner), deadline)
        );
        return vm.sign(key, _digest(structHash));
    }

    function _approve(address owner, uint256 amount) internal {
        vm.prank(owner);
        token.approve(address(checkout), amount);
    }

    /// @notice Pays from an allowance made for it.
    function _pay(address payer, Checkout.PaymentRequest memory r, uint256 amount) internal {
        _approve(payer, amount);
        vm.prank(payer);
        checkout.pay(r, amount);
    }

    function _expectDone(address caller, bytes memory data) internal {
        vm.prank(caller);
        (bool isDone,) = address(checkout).call(data);
        vm.assertTrue(isDone, "refused");
    }

    function _expectRefused(address caller, bytes memory data, bytes memory why) internal {
        vm.prank(caller);
        (bool isDone, bytes memory answer) = address(checkout).call(data);
        vm.assertFalse(isDone, "not refused");
        vm.assertEq(keccak256(answer), keccak256(why));
    }
}
