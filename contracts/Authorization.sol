// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Authorization
/// @author Feiqian
/// @notice The two checks that everything signed by a holder and submitted by somebody else has in common: when it may
/// be used, and that the holder signed it.
/// @dev Keeps nothing. What is used up, and how, is for the contract that inherits to record.
abstract contract Authorization is EIP712 {
    /// @notice The authorization may not be used yet.
    /// @param validAfter Unix time in seconds after which it may.
    error AuthorizationNotYetValid(uint256 validAfter);

    /// @notice The authorization may not be used any more.
    /// @param validBefore Unix time in seconds at which it ended.
    error AuthorizationExpired(uint256 validBefore);

    /// @notice The signature is not one of the holder over exactly these values, for this contract on this chain.
    /// @param signer Who should have signed.
    error AuthorizationSignatureInvalid(address signer);

    /// @notice Refuses unless `validAfter < now < validBefore`, both ends excluded as EIP-3009 says.
    /// @param validAfter Unix time in seconds.
    /// @param validBefore Unix time in seconds.
    function _requireValidNow(uint256 validAfter, uint256 validBefore) internal view {
        if (block.timestamp <= validAfter) revert AuthorizationNotYetValid(validAfter);
        if (block.timestamp >= validBefore) revert AuthorizationExpired(validBefore);
    }

    /// @notice Refuses unless `signer` signed, by ECDSA.
    /// @param signer Who should have signed.
    /// @param structHash EIP-712 hash of the signed struct.
    /// @param v Recovery id.
    /// @param r First half of the signature.
    /// @param s Second half of the signature.
    function _requireSignedBy(address signer, bytes32 structHash, uint8 v, bytes32 r, bytes32 s) internal view {
        // A signature that nobody can have made recovers to no address and sets the error, so the zero address never
        // counts as having signed.
        (address recovered, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(_hashTypedDataV4(structHash), v, r, s);
        if (problem != ECDSA.RecoverError.NoError || recovered != signer) revert AuthorizationSignatureInvalid(signer);
    }

    /// @notice Refuses unless `signer` signed, by ECDSA or, if it has code, by its own ERC-1271 answer.
    /// @dev The outside call is a static one: an ERC-1271 signer cannot change anything while it is asked.
    /// @param signer Who should have signed.
    /// @param structHash EIP-712 hash of the signed struct.
    /// @param signature Bytes to check.
    function _requireSignedBy(address signer, bytes32 structHash, bytes calldata signature) internal view {
        bool isSigned = SignatureChecker.isValidSignatureNowCalldata(signer, _hashTypedDataV4(structHash), signature);
        if (!isSigned) revert AuthorizationSignatureInvalid(signer);
    }
}
