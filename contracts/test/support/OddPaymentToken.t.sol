// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title OddPaymentToken
/// @author Feiqian
/// @notice A token that misbehaves in one chosen way whenever tokens move. Its balances are true. It checks neither
/// signatures nor allowances: it is the token that lies, not the people.
contract OddPaymentToken {
    /// @notice Ways to misbehave.
    enum Oddity {
        None,
        NoReturnValue,
        ReturnsFalse,
        KeepsAPart,
        KeepsAPartWhenPassedOn,
        TakesMore,
        MovesNothing,
        MaxMeansAll,
        CallsBackFirst,
        CallsBackInstead
    }

    Oddity private immutable _oddity;
    address private _target;
    bytes private _call;

    /// @notice Digits after the point.
    uint8 public immutable decimals;

    /// @notice Whether what was called back succeeded.
    bool public didCallBack;

    /// @notice Balances, for anybody to see.
    mapping(address account => uint256 balance) public balanceOf;

    constructor(Oddity oddity, uint8 decimals_) {
        _oddity = oddity;
        decimals = decimals_;
    }

    /// @notice Makes tokens.
    function give(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    /// @notice Sets what is called once, in the middle of a movement.
    function setCallBack(address target, bytes calldata call) external {
        _target = target;
        _call = call;
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
        _move(from, to, value);
    }

    /// @notice Moves, and answers in its own way.
    function transfer(address to, uint256 value) external {
        if (_oddity != Oddity.ReturnsFalse) _move(msg.sender, to, value);
        if (_oddity == Oddity.KeepsAPartWhenPassedOn) --balanceOf[to];
        _answer();
    }

    /// @notice Moves, and answers in its own way.
    function transferFrom(address from, address to, uint256 value) external {
        if (_oddity != Oddity.ReturnsFalse) _move(from, to, value);
        _answer();
    }

    /// @notice Everybody may.
    function allowance(address, address) external pure returns (uint256 amount) {
        return type(uint256).max;
    }

    function _move(address from, address to, uint256 value) private {
        if (_oddity == Oddity.MovesNothing) return;
        if (_target != address(0)) {
            address target = _target;
            _target = address(0);
            (didCallBack,) = target.call(_call);
            if (_oddity == Oddity.CallsBackInstead) return;
        }
        if (_oddity == Oddity.MaxMeansAll && value == type(uint256).max) value = balanceOf[from];
        balanceOf[from] -= _oddity == Oddity.TakesMore ? value + 1 : value;
        balanceOf[to] += _oddity == Oddity.KeepsAPart ? value - 1 : value;
    }

    function _answer() private view {
        if (_oddity == Oddity.NoReturnValue) return;
        bool answer = _oddity != Oddity.ReturnsFalse;
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }
}
