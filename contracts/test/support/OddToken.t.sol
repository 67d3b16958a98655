// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Relay} from "../../Relay.sol";

/// @title OddToken
/// @author Feiqian
/// @notice A token that misbehaves in one chosen way. It checks no signature: it is the token that lies, not the holder.
contract OddToken {
    /// @notice Ways to misbehave.
    enum Oddity {
        NoReturnValue,
        ReturnsFalse,
        KeepsAPart,
        MovesNothing,
        CallsBack
    }

    Oddity private immutable _oddity;
    Relay private immutable _relay;
    Relay.RelayRequest private _nested;
    bytes private _nestedSignature;

    /// @notice Balances, for anybody to see.
    mapping(address account => uint256 balance) public balanceOf;

    constructor(Oddity oddity, Relay relay) {
        _oddity = oddity;
        _relay = relay;
    }

    /// @notice Makes tokens.
    function give(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    /// @notice Sets what {Oddity.CallsBack} submits in the middle of a relay.
    function setNested(Relay.RelayRequest calldata request, bytes calldata signature) external {
        _nested = request;
        _nestedSignature = signature;
    }

    /// @notice Moves without looking at any signature.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        bytes calldata
    ) external {
        if (_oddity == Oddity.MovesNothing) return;
        if (_oddity == Oddity.CallsBack) _relay.relay(_nested, _nestedSignature);
        balanceOf[from] -= value;
        balanceOf[to] += _oddity == Oddity.KeepsAPart ? value - 1 : value;
    }

    /// @notice Moves, and answers in its own way.
    function transfer(address to, uint256 value) external {
        if (_oddity != Oddity.ReturnsFalse) {
            balanceOf[msg.sender] -= value;
            balanceOf[to] += value;
        }
        if (_oddity == Oddity.NoReturnValue) return;
        bool answer = _oddity != Oddity.ReturnsFalse;
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }
}
