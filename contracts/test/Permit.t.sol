// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract PermitTest is StablecoinFixture {
    function setUp() public override {
        super.setUp();
        _issueTo(alice, 100e6);
    }

    function _permitDigest(uint256 value, uint256 nonce, uint256 deadline) internal view returns (bytes32) {
        return _digest(
            keccak256(
                abi.encode(
                    keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                    alice,
                    bob,
                    value,
                    nonce,
                    deadline
                )
            )
        );
    }

    function test_domainIsTheTokensNameVersionOneThisChainAndThisContract() public view {
        bytes32 domain = token.DOMAIN_SEPARATOR();
        vm.assertEq(keccak256(abi.encodePacked(hex"1901", domain, bytes32(0))), _digest(bytes32(0)));
    }

    function testFuzz_allowsWhatWasSigned(uint256 value, uint256 deadline) public {
        deadline = bound(deadline, START, type(uint256).max);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, _permitDigest(value, 0, deadline));
        token.permit(alice, bob, value, deadline, v, r, s);
        vm.assertEq(token.allowance(alice, bob), value);
        vm.assertEq(token.nonces(alice), 1);
    }

    function test_refusesASecondTime() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, _permitDigest(5, 0, START));
        token.permit(alice, bob, 5, START, v, r, s);
        vm.expectRevert();
        token.permit(alice, bob, 5, START, v, r, s);
        vm.assertEq(token.nonces(alice), 1);
    }

    function test_refusesAfterItsDeadline() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, _permitDigest(5, 0, START));
        vm.warp(START + 1);
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, START));
        token.permit(alice, bob, 5, START, v, r, s);
    }

    function test_refusesAnotherSigner() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BOB_KEY, _permitDigest(5, 0, START));
        vm.expectRevert(abi.encodeWithSelector(ERC20Permit.ERC2612InvalidSigner.selector, bob, alice));
        token.permit(alice, bob, 5, START, v, r, s);
    }

    function test_ofAFrozenHolderFailsWhenTokensMove() public {
        _freeze(alice);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ALICE_KEY, _permitDigest(5, 0, START));
        token.permit(alice, bob, 5, START, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice));
        vm.prank(bob);
        token.transferFrom(alice, bob, 5);
    }
}
