// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

/// @dev What a pause stops is tested with each operation.
contract PauseTest is StablecoinFixture {
    function _expectUnauthorized(address caller) internal {
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessControl.AccessControlUnauthorizedAccount.selector, caller, keccak256("PAUSER_ROLE")
            )
        );
    }

    function test_pausesAndUnpauses() public {
        vm.expectEmit(address(token));
        emit Pausable.Paused(pauser);
        vm.prank(pauser);
        token.pause();
        vm.assertTrue(token.paused());

        vm.expectEmit(address(token));
        emit Pausable.Unpaused(pauser);
        vm.prank(pauser);
        token.unpause();
        vm.assertFalse(token.paused());

        _issueTo(alice, UNIT);
        vm.assertEq(token.balanceOf(alice), UNIT);
    }

    function testFuzz_refusesEverybodyButThePauser(address caller) public {
        if (caller == pauser) caller = stranger;
        _expectUnauthorized(caller);
        vm.prank(caller);
        token.pause();

        _pause();
        _expectUnauthorized(caller);
        vm.prank(caller);
        token.unpause();
    }
}
