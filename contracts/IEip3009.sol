// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IEip3009
/// @author Feiqian
/// @notice Token transfers that the holder signs and anybody may submit, as EIP-3009 defines them, together with the
/// overloads that take the signature as bytes and therefore also serve holders that are contracts (ERC-1271).
/// @dev https://eips.ethereum.org/EIPS/eip-3009
interface IEip3009 {
    /// @notice A signed transfer was carried out. Its nonce is used up.
    /// @param authorizer Holder who signed.
    /// @param nonce The holder's name for the authorization.
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);

    /// @notice A signed transfer was called off before it was carried out. Its nonce is used up.
    /// @param authorizer Holder who signed.
    /// @param nonce The holder's name for the authorization.
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    /// @notice Carries out a transfer that `from` signed as `TransferWithAuthorization`. Anybody may submit it.
    /// @param from Holder who pays and signed.
    /// @param to Who receives.
    /// @param value Base units of the token.
    /// @param validAfter Unix time in seconds; the transfer is possible strictly after it.
    /// @param validBefore Unix time in seconds; the transfer is possible strictly before it.
    /// @param nonce 32 bytes that `from` has not used.
    /// @param v Recovery id, 27 or 28.
    /// @param r First half of the ECDSA signature.
    /// @param s Second half of the ECDSA signature, in the lower half of the order.
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
    ) external;

    /// @notice Carries out a transfer that `from` signed as `TransferWithAuthorization`. Anybody may submit it.
    /// @param from Holder who pays and signed; an account or an ERC-1271 contract.
    /// @param to Who receives.
    /// @param value Base units of the token.
    /// @param validAfter Unix time in seconds; the transfer is possible strictly after it.
    /// @param validBefore Unix time in seconds; the transfer is possible strictly before it.
    /// @param nonce 32 bytes that `from` has not used.
    /// @param signature 65 bytes r, s, v for an account; whatever an ERC-1271 contract accepts.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Carries out a transfer that `from` signed as `ReceiveWithAuthorization`. Only `to` may submit it, so
    /// that a contract that receives can do more in the same call and nobody can take the authorization apart.
    /// @param from Holder who pays and signed.
    /// @param to Who receives and calls.
    /// @param value Base units of the token.
    /// @param validAfter Unix time in seconds; the transfer is possible strictly after it.
    /// @param validBefore Unix time in seconds; the transfer is possible strictly before it.
    /// @param nonce 32 bytes that `from` has not used.
    /// @param v Recovery id, 27 or 28.
    /// @param r First half of the ECDSA signature.
    /// @param s Second half of the ECDSA signature, in the lower half of the order.
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
    ) external;

    /// @notice Carries out a transfer that `from` signed as `ReceiveWithAuthorization`. Only `to` may submit it, so
    /// that a contract that receives can do more in the same call and nobody can take the authorization apart.
    /// @param from Holder who pays and signed; an account or an ERC-1271 contract.
    /// @param to Who receives and calls.
    /// @param value Base units of the token.
    /// @param validAfter Unix time in seconds; the transfer is possible strictly after it.
    /// @param validBefore Unix time in seconds; the transfer is possible strictly before it.
    /// @param nonce 32 bytes that `from` has not used.
    /// @param signature 65 bytes r, s, v for an account; whatever an ERC-1271 contract accepts.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Calls an authorization off that was not carried out yet, as `authorizer` signed. Possible at any time.
    /// @param authorizer Holder who signed.
    /// @param nonce Nonce of the authorization.
    /// @param v Recovery id, 27 or 28.
    /// @param r First half of the ECDSA signature.
    /// @param s Second half of the ECDSA signature, in the lower half of the order.
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Calls an authorization off that was not carried out yet, as `authorizer` signed. Possible at any time.
    /// @param authorizer Holder who signed; an account or an ERC-1271 contract.
    /// @param nonce Nonce of the authorization.
    /// @param signature 65 bytes r, s, v for an account; whatever an ERC-1271 contract accepts.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;

    /// @notice Tells whether a nonce is used up, by a transfer or by calling it off.
    /// @param authorizer Holder.
    /// @param nonce Nonce of the authorization.
    /// @return used True when no authorization with this nonce can be carried out any more.
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool used);
}
