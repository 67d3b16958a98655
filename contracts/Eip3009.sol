// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Authorization} from "./Authorization.sol";
import {IEip3009} from "./IEip3009.sol";

/// @title Eip3009
/// @author Feiqian
/// @notice EIP-3009 for an ERC-20 token: plain Unix seconds, nonces in any order, each used at most once.
/// @dev Movement goes through the token's own `_transfer`, so whatever the token forbids stays forbidden here.
abstract contract Eip3009 is ERC20, Authorization, IEip3009 {
    /// @notice EIP-712 type hash of `TransferWithAuthorization`.
    bytes32 public constant TRANSFER_WITH_AUTHORIZATION_TYPEHASH =
        keccak256(
            "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );

    /// @notice EIP-712 type hash of `ReceiveWithAuthorization`.
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH =
        keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );

    /// @notice EIP-712 type hash of `CancelAuthorization`.
    bytes32 public constant CANCEL_AUTHORIZATION_TYPEHASH =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    /// @inheritdoc IEip3009
    mapping(address authorizer => mapping(bytes32 nonce => bool used)) public override authorizationState;

    /// @notice The nonce was used or called off before.
    /// @param authorizer Holder.
    /// @param nonce Nonce of the authorization.
    error Eip3009NonceUsed(address authorizer, bytes32 nonce);

    /// @notice Only the receiver may submit a `ReceiveWithAuthorization`.
    /// @param caller Who called.
    /// @param to The receiver.
    error Eip3009CallerNotReceiver(address caller, address to);

    /// @inheritdoc IEip3009
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external override {
        bytes32 structHash = keccak256(
            abi.encode(TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _requireSignedBy(from, structHash, v, r, s);
        _moveWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IEip3009
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external override {
        bytes32 structHash = keccak256(
            abi.encode(TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _requireSignedBy(from, structHash, signature);
        _moveWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IEip3009
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external override {
        if (msg.sender != to) revert Eip3009CallerNotReceiver(msg.sender, to);
        bytes32 structHash = keccak256(
            abi.encode(RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _requireSignedBy(from, structHash, v, r, s);
        _moveWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IEip3009
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external override {
        if (msg.sender != to) revert Eip3009CallerNotReceiver(msg.sender, to);
        bytes32 structHash = keccak256(
            abi.encode(RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)
        );
        _requireSignedBy(from, structHash, signature);
        _moveWithAuthorization(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IEip3009
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external override {
        _requireSignedBy(authorizer, _cancelStructHash(authorizer, nonce), v, r, s);
        _cancel(authorizer, nonce);
    }

    /// @inheritdoc IEip3009
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external override {
        _requireSignedBy(authorizer, _cancelStructHash(authorizer, nonce), signature);
        _cancel(authorizer, nonce);
    }

    /// @notice Uses the nonce up and moves the tokens; the signature was checked before.
    /// @param from Holder who pays.
    /// @param to Who receives.
    /// @param value Base units of the token.
    /// @param validAfter Unix time in seconds.
    /// @param validBefore Unix time in seconds.
    /// @param nonce Nonce of the authorization.
    function _moveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) private {
        _requireValidNow(validAfter, validBefore);
        _useNonceOf(from, nonce);
        emit AuthorizationUsed(from, nonce);
        _transfer(from, to, value);
    }

    /// @notice Uses the nonce up without moving anything; the signature was checked before.
    /// @param authorizer Holder.
    /// @param nonce Nonce of the authorization.
    function _cancel(address authorizer, bytes32 nonce) private {
        _useNonceOf(authorizer, nonce);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    /// @notice Marks a nonce as used and refuses a second time.
    /// @param authorizer Holder.
    /// @param nonce Nonce of the authorization.
    function _useNonceOf(address authorizer, bytes32 nonce) private {
        if (authorizationState[authorizer][nonce]) revert Eip3009NonceUsed(authorizer, nonce);
        authorizationState[authorizer][nonce] = true;
    }

    /// @notice EIP-712 hash of the struct that calls an authorization off.
    /// @param authorizer Holder.
    /// @param nonce Nonce of the authorization.
    /// @return structHash What the holder signs, before the domain is added.
    function _cancelStructHash(address authorizer, bytes32 nonce) private pure returns (bytes32 structHash) {
        return keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce));
    }
}
