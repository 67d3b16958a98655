// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title IssuerBucket
/// @author Feiqian
/// @notice Limits how fast tokens can be issued: a bucket that every issue empties and every second refills, up to its
/// capacity. In any stretch of time at most `capacity + refillPerSecond * seconds` can be issued, so a stolen issuer
/// key can do bounded harm before somebody pauses.
/// @dev The level is computed when it is asked for, by {bucketLevel} alone, which never gives more than the capacity.
abstract contract IssuerBucket {
    using SafeCast for uint256;

    /// @notice What was left at `_settledAt`, in base units of the token.
    uint128 private _level;

    /// @notice Unix time in seconds of the last settlement of `_level`.
    uint48 private _settledAt;

    /// @notice Most that the bucket holds, in base units of the token.
    uint128 private _capacity;

    /// @notice What flows in each second, in base units of the token.
    uint128 private _refillPerSecond;

    /// @notice The bucket's limits were set.
    /// @param capacity Most that the bucket holds, in base units of the token.
    /// @param refillPerSecond What flows in each second, in base units of the token.
    event BucketSet(uint256 capacity, uint256 refillPerSecond);

    /// @notice More was asked for than may be issued now.
    /// @param amount What was asked for, in base units of the token.
    /// @param level What may be issued now, in base units of the token.
    error IssuerBucketExceeded(uint256 amount, uint256 level);

    /// @notice Starts with a full bucket.
    /// @param capacity Most that the bucket holds, in base units of the token, below 2^128.
    /// @param refillPerSecond What flows in each second, in base units of the token, below 2^128.
    constructor(uint256 capacity, uint256 refillPerSecond) {
        _capacity = capacity.toUint128();
        _refillPerSecond = refillPerSecond.toUint128();
        _level = _capacity;
        _settledAt = uint48(block.timestamp);
        emit BucketSet(capacity, refillPerSecond);
    }

    /// @notice Most that the bucket holds.
    /// @return capacity Base units of the token.
    function bucketCapacity() external view returns (uint256 capacity) {
        return _capacity;
    }

    /// @notice What flows into the bucket each second.
    /// @return refillPerSecond Base units of the token.
    function bucketRefillPerSecond() external view returns (uint256 refillPerSecond) {
        return _refillPerSecond;
    }

    /// @notice What may be issued now.
    /// @return level Base units of the token.
    function bucketLevel() public view returns (uint256 level) {
        // Below 2^128 + 2^48 * 2^128: cannot overflow.
        uint256 refilled = uint256(_level) + (block.timestamp - _settledAt) * _refillPerSecond;
        return refilled < _capacity ? refilled : _capacity;
    }

    /// @notice Changes the limits from now on.
    /// @dev The level is settled under the old limits first: time that has passed never counts at the new rate, and a
    /// larger capacity has to fill before it can be used.
    /// @param capacity Most that the bucket holds, in base units of the token, below 2^128.
    /// @param refillPerSecond What flows in each second, in base units of the token, below 2^128.
    function _setBucket(uint256 capacity, uint256 refillPerSecond) internal {
        _settle(bucketLevel());
        _capacity = capacity.toUint128();
        _refillPerSecond = refillPerSecond.toUint128();
        emit BucketSet(capacity, refillPerSecond);
    }

    /// @notice Takes an amount out of the bucket, or refuses.
    /// @param amount Base units of the token.
    function _takeFromBucket(uint256 amount) internal {
        uint256 level = bucketLevel();
        if (amount > level) revert IssuerBucketExceeded(amount, level);
        _settle(level - amount);
    }

    /// @notice Records what is left at this moment.
    /// @param level Base units of the token.
    function _settle(uint256 level) private {
        // Never above the capacity of that moment, which fits in 128 bits, so the cast loses nothing.
        _level = uint128(level);
        // 48 bits of seconds last for nine million years.
        _settledAt = uint48(block.timestamp);
    }
}
