// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {IEip3009} from "./IEip3009.sol";

/// @title Checkout
/// @author Feiqian
/// @notice Takes payments for what merchants ask for and hands them to the merchant in the same call; refunds go back to
/// who paid. What does not fit the request (too much, too late, another token) is refused, and nothing moves then.
/// @dev A request is its hash ({referenceOf}): merchant, token, price and expiry cannot be exchanged without naming
/// another request, so nobody can settle a request with anything but what it asks for. Whoever knows a request may pay
/// a part of it.
///
/// Has no owner and holds nothing between calls. The token is whatever the caller names, so events of this contract
/// mean something only for requests, and therefore tokens, that the reader knows. Tokens must move exactly the amount
/// that they are asked to; a payment or refund with any other is undone.
///
/// Checks and effects come before outside calls. That alone is not enough: what a receiver got is the difference of two
/// balances, and a token that calls back between the two could have one movement counted twice. So everything that
/// moves tokens is also guarded against re-entrancy.
contract Checkout is ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @notice What a merchant asks for.
    /// @param merchant Who receives payments and may refund them.
    /// @param token Token to pay in.
    /// @param amount The price: base units of the token that can be paid in total.
    /// @param validBefore Unix time in seconds; can be paid strictly before it.
    /// @param salt Tells equal requests apart.
    struct PaymentRequest {
        address merchant;
        address token;
        uint256 amount;
        uint256 validBefore;
        bytes32 salt;
    }

    /// @notice What a payer signs to pay, or a merchant to refund, so that anybody can submit it.
    /// @param payer Who pays, or who paid and is refunded.
    /// @param amount Base units of the token for the merchant, or back for the payer; positive.
    /// @param fee Base units of the token for `feeReceiver`, on top of `amount`, from who signs; may be zero.
    /// @param feeReceiver Who receives `fee`.
    /// @param validAfter Unix time in seconds; possible strictly after it.
    /// @param validBefore Unix time in seconds; possible strictly before it.
    /// @param salt Tells equal terms apart.
    struct SignedTerms {
        address payer;
        uint256 amount;
        uint256 fee;
        address feeReceiver;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 salt;
    }

    /// @notice First word of what is hashed to the nonce of a refund, which the nonce of a payment does not have.
    bytes32 public constant REFUND_TAG = keccak256("Refund");

    /// @notice Base units that were ever paid for a request, at most its price. Refunds leave it as it is.
    mapping(bytes32 reference_ => uint256 amount) public totalPaid;

    /// @notice Base units that a payer ever paid for a request.
    mapping(bytes32 reference_ => mapping(address payer => uint256 amount)) public paidBy;

    /// @notice Base units that a payer got back from what they paid for a request, at most what they paid.
    mapping(bytes32 reference_ => mapping(address payer => uint256 amount)) public refundedTo;

    /// @notice A request was paid, wholly or in part.
    /// @param reference_ Names the request.
    /// @param payer Who paid `amount` and `fee`.
    /// @param merchant Who received `amount`.
    /// @param token The token.
    /// @param amount Base units of the token.
    /// @param totalPaid Base units paid for the request so far, this payment among them.
    /// @param fee Base units of the token that the payer gave whoever carried the payment.
    event Paid(
        bytes32 indexed reference_,
        address indexed payer,
        address indexed merchant,
        address token,
        uint256 amount,
        uint256 totalPaid,
        uint256 fee
    );

    /// @notice A payer got a payment back, wholly or in part.
    /// @param reference_ Names the request.
    /// @param payer Who received `amount`.
    /// @param merchant Who paid `amount` and `fee`.
    /// @param token The token.
    /// @param amount Base units of the token.
    /// @param totalRefunded Base units that this payer got back for the request so far, this refund among them.
    /// @param fee Base units of the token that the merchant gave whoever carried the refund.
    event Refunded(
        bytes32 indexed reference_,
        address indexed payer,
        address indexed merchant,
        address token,
        uint256 amount,
        uint256 totalRefunded,
        uint256 fee
    );

    /// @notice There is nothing to move.
    error CheckoutAmountZero();

    /// @notice The request cannot be paid any more.
    /// @param validBefore Unix time in seconds at which it ended.
    error CheckoutExpired(uint256 validBefore);

    /// @notice Tokens for this address would be lost.
    /// @param receiver The zero address or this contract.
    error CheckoutReceiverInvalid(address receiver);

    /// @notice A payment to oneself is none.
    /// @param merchant Who asks and would pay.
    error CheckoutPayerIsMerchant(address merchant);

    /// @notice The payment is more than what is left of the price.
    /// @param amount Base units that would be paid.
    /// @param left Base units that still can be.
    error CheckoutPriceExceeded(uint256 amount, uint256 left);

    /// @notice Only the merchant of a request refunds its payments.
    /// @param caller Who called.
    /// @param merchant The merchant.
    error CheckoutCallerNotMerchant(address caller, address merchant);

    /// @notice The refund is more than what this address paid and did not get back yet.
    /// @param amount Base units that would be refunded.
    /// @param left Base units that still can be; zero for who never paid.
    error CheckoutPaymentExceeded(uint256 amount, uint256 left);

    /// @notice The token did not accept the permit, and the caller had not allowed the amount otherwise.
    error CheckoutPermitRefused();

    /// @notice The token did not move exactly what it was asked to.
    /// @param account Whose balance tells.
    /// @param balance Base units there are.
    /// @param expected Base units there should be.
    error CheckoutBalanceOther(address account, uint256 balance, uint256 expected);

    /// @notice Pays from the caller's allowance for this contract.
    /// @param request What the merchant asks for.
    /// @param amount Base units of the token; positive, at most what is left of the price.
    function pay(PaymentRequest calldata request, uint256 amount) external nonReentrant {
        _recordPayment(referenceOf(request), request, msg.sender, amount, 0);
        _moveAllowed(request.token, msg.sender, request.merchant, amount);
    }

    /// @notice Pays from the allowance that the caller signs by EIP-2612 for exactly the amount.
    /// @dev A permit is in the open once it is sent, and anybody can submit it first. That uses it up and leaves the same
    /// allowance, so a permit that fails is no failure: the allowance decides. Some tokens accept any permit and do
    /// nothing; only the caller's own tokens can move, so nobody else's old allowance is in danger.
    /// @param request What the merchant asks for.
    /// @param amount Base units of the token; positive, at most what is left of the price.
    /// @param deadline Unix time in seconds until which the permit may be used.
    /// @param v Recovery id of the permit's signature.
    /// @param r First half of the permit's signature.
    /// @param s Second half of the permit's signature.
    function payWithPermit(
        PaymentRequest calldata request,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        _recordPayment(referenceOf(request), request, msg.sender, amount, 0);
        bool isAllowed;
        try IERC20Permit(request.token).permit(msg.sender, address(this), amount, deadline, v, r, s) {
            isAllowed = true;
        } catch {
            isAllowed = IERC20(request.token).allowance(msg.sender, address(this)) >= amount;
        }
        if (!isAllowed) revert CheckoutPermitRefused();
        _moveAllowed(request.token, msg.sender, request.merchant, amount);
    }

    /// @notice Carries a payment out that the payer signed, in full or not at all. Anybody may call.
    /// @param request What the merchant asks for.
    /// @param terms What the payer signed.
    /// @param signature The payer's over `ReceiveWithAuthorization(payer, this contract, amount + fee, validAfter,
    /// validBefore, paymentNonceOf(referenceOf(request), terms))` in the token's EIP-712 domain.
    function payWithAuthorization(
        PaymentRequest calldata request,
        SignedTerms calldata terms,
        bytes calldata signature
    ) external nonReentrant {
        bytes32 reference_ = referenceOf(request);
        _recordPayment(reference_, request, terms.payer, terms.amount, terms.fee);
        bytes32 nonce = paymentNonceOf(reference_, terms);
        uint256 held = _collect(request.token, terms.payer, terms, nonce, signature);
        _handOut(request.token, request.merchant, terms, held);
    }

    /// @notice Gives a payment back, wholly or in part, from the allowance of the merchant, who calls. Possible at any
    /// time. What was refunded cannot be paid again: the request stays paid.
    /// @param request What the merchant asked for.
    /// @param payer Who paid.
    /// @param amount Base units of the token; positive, at most what `payer` paid and did not get back yet.
    function refund(PaymentRequest calldata request, address payer, uint256 amount) external nonReentrant {
        if (msg.sender != request.merchant) revert CheckoutCallerNotMerchant(msg.sender, request.merchant);
        _recordRefund(referenceOf(request), request, payer, amount, 0);
        _moveAllowed(request.token, msg.sender, payer, amount);
    }

    /// @notice Carries a refund out that the merchant signed, in full or not at all. Anybody may call. Possible at any
    /// time that the signature allows. What was refunded cannot be paid again: the request stays paid.
    /// @param request What the merchant asked for.
    /// @param terms What the merchant signed.
    /// @param signature The merchant's over `ReceiveWithAuthorization(merchant, this contract, amount + fee, validAfter,
    /// validBefore, refundNonceOf(referenceOf(request), terms))` in the token's EIP-712 domain.
    function refundWithAuthorization(
        PaymentRequest calldata request,
        SignedTerms calldata terms,
        bytes calldata signature
    ) external nonReentrant {
        bytes32 reference_ = referenceOf(request);
        _recordRefund(reference_, request, terms.payer, terms.amount, terms.fee);
        bytes32 nonce = refundNonceOf(reference_, terms);
        uint256 held = _collect(request.token, request.merchant, terms, nonce, signature);
        _handOut(request.token, terms.payer, terms, held);
    }

    /// @notice The name of a request in events and in what is signed.
    /// @param request What the merchant asks for.
    /// @return reference_ keccak256 of the ABI encoding of chain id, this contract, merchant, token, price, expiry and
    /// salt.
    function referenceOf(PaymentRequest calldata request) public view returns (bytes32 reference_) {
        return
            keccak256(
                abi.encode(
                    block.chainid,
                    address(this),
                    request.merchant,
                    request.token,
                    request.amount,
                    request.validBefore,
                    request.salt
                )
            );
    }

    /// @notice The EIP-3009 nonce that a payer must sign.
    /// @dev Payer and `validAfter` are bound by the signature itself, and so are token and sum.
    /// @param reference_ Names the request.
    /// @param terms What the payer signs.
    /// @return nonce keccak256 of the ABI encoding of chain id, this contract, reference, amount, fee, fee receiver,
    /// `validBefore` and salt.
    function paymentNonceOf(bytes32 reference_, SignedTerms calldata terms) public view returns (bytes32 nonce) {
        return
            keccak256(
                abi.encode(
                    block.chainid,
                    address(this),
                    reference_,
                    terms.amount,
                    terms.fee,
                    terms.feeReceiver,
                    terms.validBefore,
                    terms.salt
                )
            );
    }

    /// @notice The EIP-3009 nonce that a merchant must sign to refund.
    /// @dev Begins with {REFUND_TAG} and is made of two words more than that of a payment, so no signature serves as both.
    /// @param reference_ Names the request.
    /// @param terms What the merchant signs.
    /// @return nonce keccak256 of the ABI encoding of {REFUND_TAG}, chain id, this contract, reference, payer, amount,
    /// fee, fee receiver, `validBefore` and salt.
    function refundNonceOf(bytes32 reference_, SignedTerms calldata terms) public view returns (bytes32 nonce) {
        return
            keccak256(
                abi.encode(
                    REFUND_TAG,
                    block.chainid,
                    address(this),
                    reference_,
                    terms.payer,
                    terms.amount,
                    terms.fee,
                    terms.feeReceiver,
                    terms.validBefore,
                    terms.salt
                )
            );
    }

    /// @notice Refuses a payment that does not fit the request, or counts and tells it.
    /// @dev Told before the outside calls, so that a token which calls back cannot reorder what is told; a failure
    /// undoes it.
    /// @param reference_ Names the request.
    /// @param request What the merchant asks for.
    /// @param payer Who pays.
    /// @param amount Base units of the token for the merchant.
    /// @param fee Base units of the token for whoever carries the payment.
    function _recordPayment(
        bytes32 reference_,
        PaymentRequest calldata request,
        address payer,
        uint256 amount,
        uint256 fee
    ) private {
        address merchant = request.merchant;
        if (amount == 0) revert CheckoutAmountZero();
        if (block.timestamp >= request.validBefore) revert CheckoutExpired(request.validBefore);
        if (merchant == address(0) || merchant == address(this)) revert CheckoutReceiverInvalid(merchant);
        if (payer == merchant) revert CheckoutPayerIsMerchant(merchant);

        // Invariant: what was paid is at most the price, which the reference names.
        uint256 left = request.amount - totalPaid[reference_];
        if (amount > left) revert CheckoutPriceExceeded(amount, left);

        uint256 newTotal = totalPaid[reference_] + amount;
        totalPaid[reference_] = newTotal;
        paidBy[reference_][payer] += amount;
        emit Paid(reference_, payer, merchant, request.token, amount, newTotal, fee);
    }

    /// @notice Refuses a refund of what was not paid, or counts and tells it.
    /// @param reference_ Names the request.
    /// @param request What the merchant asked for.
    /// @param payer Who paid.
    /// @param amount Base units of the token for the payer.
    /// @param fee Base units of the token for whoever carries the refund.
    function _recordRefund(
        bytes32 reference_,
        PaymentRequest calldata request,
        address payer,
        uint256 amount,
        uint256 fee
    ) private {
        if (amount == 0) revert CheckoutAmountZero();

        // Invariant: what a payer got back is at most what they paid.
        uint256 left = paidBy[reference_][payer] - refundedTo[reference_][payer];
        if (amount > left) revert CheckoutPaymentExceeded(amount, left);

        uint256 newTotal = refundedTo[reference_][payer] + amount;
        refundedTo[reference_][payer] = newTotal;
        emit Refunded(reference_, payer, request.merchant, request.token, amount, newTotal, fee);
    }

    /// @notice Moves tokens of the caller, never of anybody else, straight to the receiver.
    /// @param token The token.
    /// @param caller `msg.sender`, who allowed it.
    /// @param receiver Who receives exactly `amount`.
    /// @param amount Base units of the token.
    function _moveAllowed(address token, address caller, address receiver, uint256 amount) private {
        uint256 balanceBefore = IERC20(token).balanceOf(receiver);
        IERC20(token).safeTransferFrom(caller, receiver, amount);
        _requireBalance(token, receiver, balanceBefore + amount);
    }

    /// @notice Takes amount and fee from who signed into this contract.
    /// @dev Looks at the balance, because a token may answer to anything without moving a thing (a fallback function)
    /// or keep a part: without this, tokens that strayed here could be paid out to whoever asks.
    /// @param token The token.
    /// @param signer Who signed and pays.
    /// @param terms What they signed.
    /// @param nonce What they must have signed as nonce.
    /// @param signature Theirs.
    /// @return held Base units that were here before.
    function _collect(
        address token,
        address signer,
        SignedTerms calldata terms,
        bytes32 nonce,
        bytes calldata signature
    ) private returns (uint256 held) {
        if (terms.feeReceiver == address(this)) revert CheckoutReceiverInvalid(terms.feeReceiver);
        held = IERC20(token).balanceOf(address(this));
        uint256 sum = terms.amount + terms.fee;
        IEip3009(token).receiveWithAuthorization(
            signer,
            address(this),
            sum,
            terms.validAfter,
            terms.validBefore,
            nonce,
            signature
        );
        _requireBalance(token, address(this), held + sum);
    }

    /// @notice Passes on what was collected.
    /// @dev Looks at its own balance again, because a token may take more from who sends than it is asked to.
    /// @param token The token.
    /// @param receiver Who receives exactly the amount.
    /// @param terms What was signed.
    /// @param held Base units that were here before and must be here after.
    function _handOut(address token, address receiver, SignedTerms calldata terms, uint256 held) private {
        uint256 balanceBefore = IERC20(token).balanceOf(receiver);
        IERC20(token).safeTransfer(receiver, terms.amount);
        _requireBalance(token, receiver, balanceBefore + terms.amount);
        if (terms.fee != 0) IERC20(token).safeTransfer(terms.feeReceiver, terms.fee);
        _requireBalance(token, address(this), held);
    }

    /// @notice Refuses unless an account has what it should.
    /// @param token The token.
    /// @param account The account.
    /// @param expected Base units that it should have.
    function _requireBalance(address token, address account, uint256 expected) private view {
        uint256 balance = IERC20(token).balanceOf(account);
        if (balance != expected) revert CheckoutBalanceOther(account, balance, expected);
    }
}
