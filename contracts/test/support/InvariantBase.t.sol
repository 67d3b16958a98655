// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TestBase} from "./TestBase.t.sol";

/// @title InvariantBase
/// @author Feiqian
/// @notice Tells the runner which functions of which contract it may call at random between two checks.
abstract contract InvariantBase is TestBase {
    /// @notice A contract and the functions of it that the runner may call.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    address[] private _targets;
    FuzzSelector[] private _targetSelectors;

    /// @notice Asked by the runner: contracts to call.
    /// @return targets Their addresses.
    function targetContracts() external view returns (address[] memory targets) {
        return _targets;
    }

    /// @notice Asked by the runner: functions to call.
    /// @return selectors The functions by contract.
    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        return _targetSelectors;
    }

    /// @notice Names a handler and its functions.
    /// @param handler The only contract to be called at random.
    /// @param selectors Its functions.
    function _target(address handler, bytes4[] memory selectors) internal {
        _targets.push(handler);
        _targetSelectors.push(FuzzSelector(handler, selectors));
    }
}
