// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "./Vm.t.sol";

/// @title TestBase
/// @author Feiqian
/// @notice What every Solidity test has: the cheatcodes, and numbers brought into a range.
abstract contract TestBase {
    /// @notice Where the test runner answers: `address(uint160(uint256(keccak256("hevm cheat code"))))`.
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    /// @notice Time at which tests begin, in Unix seconds; far enough from zero to subtract from.
    uint256 internal constant START = 1_800_000_000;

    /// @notice Brings any number into a range, each value being reachable; numbers within it stay as they are.
    /// @param x Any number.
    /// @param min Smallest result.
    /// @param max Largest result.
    /// @return result A number from `min` to `max`.
    function bound(uint256 x, uint256 min, uint256 max) internal pure returns (uint256 result) {
        require(min <= max, "bound: min > max");
        if (x >= min && x <= max) return x;
        uint256 size = max - min;
        if (size == type(uint256).max) return x;
        return min + (x % (size + 1));
    }
}
