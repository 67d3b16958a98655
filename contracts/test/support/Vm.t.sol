// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Vm
/// @author Feiqian
/// @notice The cheatcodes of Hardhat's Solidity test runner that our tests use. The runner answers at a fixed address.
/// @dev https://hardhat.org/docs/reference/cheatcodes/cheatcodes-overview
interface Vm {
    /// @notice An event as the runner recorded it.
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    /// @notice Makes the next call come from an address.
    function prank(address sender) external;

    /// @notice Makes every call come from an address, until {stopPrank}.
    function startPrank(address sender) external;

    /// @notice Ends {startPrank}.
    function stopPrank() external;

    /// @notice Sets the time of the block, in Unix seconds.
    function warp(uint256 timestamp) external;

    /// @notice Sets the chain id.
    function chainId(uint256 id) external;

    /// @notice Expects the next call to revert with exactly this data.
    function expectRevert(bytes calldata revertData) external;

    /// @notice Expects the next call to revert, whatever it says.
    function expectRevert() external;

    /// @notice Expects the event that the test emits next to be emitted by `emitter` in the call after it, with all its
    /// topics and data.
    function expectEmit(address emitter) external;

    /// @notice Records logs from now on.
    function recordLogs() external;

    /// @notice Gives the logs since {recordLogs} or since it was asked last.
    function getRecordedLogs() external returns (Log[] memory logs);

    /// @notice Signs a digest.
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    /// @notice Gives the address of a key.
    function addr(uint256 privateKey) external pure returns (address account);

    /// @notice Names an address in traces.
    function label(address account, string calldata name) external;

    /// @notice Fails unless equal.
    function assertEq(uint256 left, uint256 right) external pure;

    /// @notice Fails unless equal, and says why it matters.
    function assertEq(uint256 left, uint256 right, string calldata why) external pure;

    /// @notice Fails unless equal.
    function assertEq(address left, address right) external pure;

    /// @notice Fails unless equal.
    function assertEq(bytes32 left, bytes32 right) external pure;

    /// @notice Fails unless equal.
    function assertEq(string calldata left, string calldata right) external pure;

    /// @notice Fails unless `left <= right`, and says why it matters.
    function assertLe(uint256 left, uint256 right, string calldata why) external pure;

    /// @notice Fails unless different.
    function assertNotEq(bytes32 left, bytes32 right) external pure;

    /// @notice Fails unless true.
    function assertTrue(bool condition) external pure;

    /// @notice Fails unless true, and says why it matters.
    function assertTrue(bool condition, string calldata why) external pure;

    /// @notice Fails unless false.
    function assertFalse(bool condition) external pure;

    /// @notice Fails unless false, and says why it matters.
    function assertFalse(bool condition, string calldata why) external pure;
}
