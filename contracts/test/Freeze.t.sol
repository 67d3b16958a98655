// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

/// @dev What freezing stops is tested with each operation.
contract FreezeTest is StablecoinFixture {
    function _expectUnauthorized(address caller) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, caller, keccak256("FREEZER_ROLE")
            )
        );
    }

    function testFuzz_freezesAndUnfreezes(address account) public {
        if (account == address(0)) account = alice;
        vm.expectEmit(address(token));
        emit Stablecoin.Frozen(account);
        vm.prank(freezer);
        token.freeze(account);
        vm.assertTrue(token.isFrozen(account));

        vm.expectEmit(address(token));
        emit Stablecoin.Unfrozen(account);
        vm.prank(freezer);
        token.unfreeze(account);
        vm.assertFalse(token.isFrozen(account));
    }

    function test_changesNothingASecondTime() public {
        _freeze(alice);
        vm.recordLogs();
        _freeze(alice);
        vm.assertEq(vm.getRecordedLogs().length, 0, "told twice");
        vm.assertTrue(token.isFrozen(alice));

        vm.startPrank(freezer);
        token.unfreeze(alice);
        vm.recordLogs();
        token.unfreeze(alice);
        vm.assertEq(vm.getRecordedLogs().length, 0, "told twice");
        vm.assertFalse(token.isFrozen(alice));
    }

    function test_refusesTheZeroAddressWhichWouldStopIssuing() public {
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinAccountZero.selector));
        vm.prank(freezer);
        token.freeze(address(0));
    }

    function testFuzz_refusesEverybodyButTheFreezer(address caller) public {
        if (caller == freezer) caller = stranger;
        _expectUnauthorized(caller);
        vm.prank(caller);
        token.freeze(alice);

        _freeze(alice);
        _expectUnauthorized(caller);
        vm.prank(caller);
        token.unfreeze(alice);
        vm.assertTrue(token.isFrozen(alice));
    }

    function test_leavesOthersAlone() public {
        _issueTo(alice, UNIT);
        _freeze(stranger);
        vm.prank(alice);
        token.transfer(bob, UNIT);
        vm.assertEq(token.balanceOf(bob), UNIT);
    }
}
