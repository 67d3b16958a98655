// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IssuerBucket} from "../IssuerBucket.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract BucketTest is StablecoinFixture {
    function _setBucket(uint256 capacity, uint256 refillPerSecond) internal {
        vm.prank(admin);
        token.setBucket(capacity, refillPerSecond);
    }

    function test_startsFull() public view {
        vm.assertEq(token.bucketLevel(), CAPACITY);
        vm.assertEq(token.bucketCapacity(), CAPACITY);
        vm.assertEq(token.bucketRefillPerSecond(), REFILL);
    }

    function testFuzz_refillsEachSecondUpToItsCapacity(uint256 spent, uint256 elapsed) public {
        spent = bound(spent, 1, CAPACITY / UNIT) * UNIT;
        elapsed = bound(elapsed, 0, 10_000_000);
        _issueTo(alice, spent);
        vm.warp(START + elapsed);
        uint256 refilled = CAPACITY - spent + elapsed * REFILL;
        vm.assertEq(token.bucketLevel(), refilled < CAPACITY ? refilled : CAPACITY);
    }

    function test_letsIssueWhatRefilledAndNoMore() public {
        _issueTo(alice, CAPACITY);
        vm.warp(START + 3);
        vm.expectRevert(
            abi.encodeWithSelector(IssuerBucket.IssuerBucketExceeded.selector, 3 * REFILL + UNIT, 3 * REFILL)
        );
        vm.prank(issuer);
        token.issue(keccak256("too much"), alice, 3 * REFILL + UNIT);
        _issueTo(alice, 3 * REFILL);
        vm.assertEq(token.bucketLevel(), 0);
    }

    function testFuzz_neverCountsPastTimeAtANewRate(uint256 elapsed, uint256 refillPerSecond) public {
        elapsed = bound(elapsed, 0, 1_000);
        refillPerSecond = bound(refillPerSecond, 0, type(uint128).max);
        _issueTo(alice, CAPACITY);
        vm.warp(START + elapsed);
        _setBucket(CAPACITY, refillPerSecond);
        vm.assertEq(token.bucketLevel(), elapsed * REFILL);
    }

    function testFuzz_aLargerCapacityHasToFillFirst(uint256 capacity) public {
        capacity = bound(capacity, CAPACITY, type(uint128).max);
        _setBucket(capacity, REFILL);
        vm.assertEq(token.bucketLevel(), CAPACITY);
    }

    function testFuzz_aSmallerCapacityHoldsAtOnceAndForGood(uint256 capacity) public {
        capacity = bound(capacity, 0, CAPACITY);
        _setBucket(capacity, 0);
        vm.assertEq(token.bucketLevel(), capacity);
        _setBucket(CAPACITY, 0);
        vm.assertEq(token.bucketLevel(), capacity);
    }

    function test_aCapacityOfZeroStopsIssuing() public {
        _setBucket(0, REFILL);
        vm.warp(START + 1_000_000);
        vm.expectRevert(abi.encodeWithSelector(IssuerBucket.IssuerBucketExceeded.selector, UNIT, 0));
        vm.prank(issuer);
        token.issue(keccak256("any"), alice, UNIT);
    }

    function test_tellsItsNewLimits() public {
        vm.expectEmit(address(token));
        emit IssuerBucket.BucketSet(5e6, 2);
        _setBucket(5e6, 2);
        vm.assertEq(token.bucketCapacity(), 5e6);
        vm.assertEq(token.bucketRefillPerSecond(), 2);
    }

    function testFuzz_refusesLimitsThatDoNotFit(uint256 tooLarge) public {
        tooLarge = bound(tooLarge, uint256(type(uint128).max) + 1, type(uint256).max);
        vm.startPrank(admin);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 128, tooLarge));
        token.setBucket(tooLarge, 0);
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 128, tooLarge));
        token.setBucket(0, tooLarge);
    }

    function testFuzz_neverOverflowsHoweverLongNobodyIssues(uint256 elapsed) public {
        Stablecoin huge = new Stablecoin(NAME, "TUSD", admin, type(uint128).max, type(uint128).max);
        vm.warp(bound(elapsed, START, type(uint48).max));
        vm.assertEq(huge.bucketLevel(), type(uint128).max);
    }

    function testFuzz_refusesEverybodyButTheAdmin(address caller) public {
        if (caller == admin) caller = issuer;
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, bytes32(0))
        );
        vm.prank(caller);
        token.setBucket(CAPACITY * 2, REFILL);
    }
}
