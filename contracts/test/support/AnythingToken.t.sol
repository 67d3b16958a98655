// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title AnythingToken
/// @author Feiqian
/// @notice Answers "true" to whatever it is asked, its balances included, and does nothing.
contract AnythingToken {
    fallback(bytes calldata) external returns (bytes memory answer) {
        return abi.encode(true);
    }
}
