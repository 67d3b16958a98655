// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IEip3009} from "./IEip3009.sol";

/// @title Relay
/// @author Feiqian
/// @notice Moves stablecoins for people who own no native coin. The holder signs one EIP-3009
/// `ReceiveWithAuthorization` to this contract for amount and fee together; anybody may submit it, and it can only do
/// what was signed: pay the amount to the recipient and the fee to the fee receiver, once.
/// @dev The authorization's nonce is the hash of everything that its own struct does not name ({nonceOf}), so a changed
/// recipient, amount, fee, fee receiver, reference, deadline or salt has another nonce and no signature. Token, payer,
/// sum and times are bound by the signature itself, and only this contract can use it, because the receiver must call.
/// Has no owner, keeps no state and holds nothing between calls. The token is whatever the caller names, so events of
/// this contract mean something only for tokens that the reader trusts, and a reference only together with recipient
/// and amount: anybody can relay money of their own under any reference.
contract Relay {
    using SafeERC20 for IERC20;

    /// @notice What a holder asks for.
    /// @param token Token with EIP-3009.
    /// @param from Holder who pays and signed; an account or an ERC-1271 contract.
    /// @param to Who receives `amount`.
    /// @param amount Base units of the token for `to`; positive.
    /// @param fee Base units of the token for `feeReceiver`, on top of `amount`; may be zero.
    /// @param feeReceiver Who receives `fee`.
    /// @param reference_ Names the payment for whoever watches; zero if there is none.
    /// @param validAfter Unix time in seconds; possible strictly after it.
    /// @param validBefore Unix time in seconds; possible strictly before it.
    /// @param salt Tells equal requests apart.
    struct RelayRequest {
        address token;
        address from;
        address to;
        uint256 amount;
        uint256 fee;
        address feeReceiver;
        bytes32 reference_;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 salt;
    }

    /// @notice A request was carried out in full.
    /// @param reference_ Names the payment.
    /// @param from Who paid `amount` and `fee`.
    /// @param to Who received `amount`.
    /// @param token The token.
    /// @param amount Base units of the token.
    /// @param fee Base units of the token.
    event Relayed(
        bytes32 indexed reference_,
        address indexed from,
        address indexed to,
        address token,
        uint256 amount,
        uint256 fee
    );

    /// @notice There is nothing to move.
    error RelayAmountZero();

    /// @notice Tokens paid to this contract would be lost.
    error RelayReceiverIsRelay();

    /// @notice The token did not hand over exactly what was signed.
    /// @param received Base units that arrived.
    /// @param expected Base units that were signed.
    error RelayReceivedOther(uint256 received, uint256 expected);

    /// @notice Carries a signed request out, in full or not at all. Anybody may call.
    /// @param request What the holder asks for.
    /// @param signature The holder's over `ReceiveWithAuthorization(from, this contract, amount + fee, validAfter,
    /// validBefore, nonceOf(request))` in the token's EIP-712 domain.
    function relay(RelayRequest calldata request, bytes calldata signature) external {
        if (request.amount == 0) revert RelayAmountZero();
        if (request.to == address(this) || request.feeReceiver == address(this)) revert RelayReceiverIsRelay();

        // Before the outside calls, so that a token which calls back cannot reorder what is told; a failure undoes it.
        emit Relayed(request.reference_, request.from, request.to, request.token, request.amount, request.fee);

        _collect(request, signature);

        IERC20 token = IERC20(request.token);
        token.safeTransfer(request.to, request.amount);
        if (request.fee != 0) token.safeTransfer(request.feeReceiver, request.fee);
    }

    /// @notice The EIP-3009 nonce that a holder must sign for a request.
    /// @param request What the holder asks for.
    /// @return nonce keccak256 of the ABI encoding of chain id, this contract, recipient, amount, fee, fee receiver,
    /// reference, deadline and salt.
    function nonceOf(RelayRequest calldata request) public view returns (bytes32 nonce) {
        return
            keccak256(
                abi.encode(
                    block.chainid,
                    address(this),
                    request.to,
                    request.amount,
                    request.fee,
                    request.feeReceiver,
                    request.reference_,
                    request.validBefore,
                    request.salt
                )
            );
    }

    /// @notice Takes amount and fee from the holder into this contract.
    /// @dev Looks at the balance, because a token may answer to anything without moving a thing (a fallback function)
    /// or keep a part: without this, tokens that strayed here could be paid out to whoever asks.
    /// @param request What the holder asks for.
    /// @param signature The holder's.
    function _collect(RelayRequest calldata request, bytes calldata signature) private {
        uint256 expected = request.amount + request.fee;
        uint256 balanceBefore = IERC20(request.token).balanceOf(address(this));
        IEip3009(request.token).receiveWithAuthorization(
            request.from,
            address(this),
            expected,
            request.validAfter,
            request.validBefore,
            nonceOf(request),
            signature
        );
        uint256 received = IERC20(request.token).balanceOf(address(this)) - balanceBefore;
        if (received != expected) revert RelayReceivedOther(received, expected);
    }
}
