// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract RolesTest is StablecoinFixture {
    function test_aNewTokenHasAnAdminAndNobodyElse() public {
        Stablecoin fresh = new Stablecoin(NAME, "TUSD", admin, CAPACITY, REFILL);
        vm.assertTrue(fresh.hasRole(bytes32(0), admin));
        vm.assertFalse(fresh.hasRole(bytes32(0), address(this)));
        vm.assertFalse(fresh.hasRole(fresh.ISSUER_ROLE(), admin));
        vm.assertFalse(fresh.hasRole(fresh.PAUSER_ROLE(), admin));
        vm.assertFalse(fresh.hasRole(fresh.FREEZER_ROLE(), admin));
    }

    function test_refusesNobodyAsAdmin() public {
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinAccountZero.selector));
        new Stablecoin(NAME, "TUSD", address(0), CAPACITY, REFILL);
    }

    function test_theIssuerCannotMakeAnotherOne() public {
        bytes32 role = token.ISSUER_ROLE();
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, issuer, bytes32(0))
        );
        vm.prank(issuer);
        token.grantRole(role, stranger);
    }

    function test_aRevokedIssuerIssuesNoMore() public {
        bytes32 role = token.ISSUER_ROLE();
        vm.prank(admin);
        token.revokeRole(role, issuer);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, issuer, role)
        );
        vm.prank(issuer);
        token.issue(keccak256("any"), alice, UNIT);
    }

    function test_saysWhichInterfacesItHas() public view {
        vm.assertTrue(token.supportsInterface(type(IAccessControl).interfaceId));
        vm.assertFalse(token.supportsInterface(0xffffffff));
    }
}
