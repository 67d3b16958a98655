// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Authorization} from "../Authorization.sol";
import {Eip3009} from "../Eip3009.sol";
import {IEip3009} from "../IEip3009.sol";
import {ContractWallet} from "./support/ContractWallet.t.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract CancelAuthorizationTest is StablecoinFixture {
    bytes32 internal constant NONCE = keccak256("nonce 1");
    // As printed in the standard.
    bytes32 internal constant TYPE_HASH = 0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429;

    function _cancelSignature(uint256 key, address authorizer, bytes32 nonce) internal view returns (bytes memory) {
        return _sign(key, keccak256(abi.encode(TYPE_HASH, authorizer, nonce)));
    }

    function _submit(address authorizer, bytes32 nonce, bytes memory signature, bool asBytes) internal {
        (uint8 v, bytes32 r, bytes32 s) = asBytes ? (0, bytes32(0), bytes32(0)) : _split(signature);
        vm.prank(stranger);
        if (asBytes) token.cancelAuthorization(authorizer, nonce, signature);
        else token.cancelAuthorization(authorizer, nonce, v, r, s);
    }

    function test_typeHashIsTheStandards() public view {
        vm.assertEq(token.CANCEL_AUTHORIZATION_TYPEHASH(), TYPE_HASH);
    }

    function testFuzz_usesTheNonceUpSoThatNothingMoves(bool asBytes, bytes32 nonce) public {
        _issueTo(alice, 10e6);
        bytes32 structHash = keccak256(
            abi.encode(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), alice, bob, 1e6, 0, START + 1, nonce)
        );
        bytes memory transferSignature = _sign(ALICE_KEY, structHash);
        bytes memory signature = _cancelSignature(ALICE_KEY, alice, nonce);

        vm.expectEmit(address(token));
        emit IEip3009.AuthorizationCanceled(alice, nonce);
        _submit(alice, nonce, signature, asBytes);
        vm.assertTrue(token.authorizationState(alice, nonce));

        vm.expectRevert(abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, alice, nonce));
        token.transferWithAuthorization(alice, bob, 1e6, 0, START + 1, nonce, transferSignature);
        vm.assertEq(token.balanceOf(bob), 0);
    }

    function testFuzz_refusesASecondTime(bool first, bool second) public {
        bytes memory signature = _cancelSignature(ALICE_KEY, alice, NONCE);
        _submit(alice, NONCE, signature, first);
        vm.expectRevert(abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, alice, NONCE));
        _submit(alice, NONCE, signature, second);
    }

    function testFuzz_refusesAnotherSigner(bool asBytes, uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        if (key == ALICE_KEY) key = BOB_KEY;
        bytes memory signature = _cancelSignature(key, alice, NONCE);
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, alice));
        _submit(alice, NONCE, signature, asBytes);
    }

    function testFuzz_refusesAnotherNonce(bool asBytes, bytes32 nonce) public {
        if (nonce == NONCE) nonce = bytes32(0);
        bytes memory signature = _cancelSignature(ALICE_KEY, alice, NONCE);
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, alice));
        _submit(alice, nonce, signature, asBytes);
    }

    function testFuzz_staysPossibleWhilePausedAndFrozen(bool asBytes) public {
        bytes memory signature = _cancelSignature(ALICE_KEY, alice, NONCE);
        _pause();
        _freeze(alice);
        _submit(alice, NONCE, signature, asBytes);
        vm.assertTrue(token.authorizationState(alice, NONCE));
    }

    function test_servesAHolderThatIsAContract() public {
        ContractWallet wallet = new ContractWallet(alice);
        bytes memory signature = _cancelSignature(ALICE_KEY, address(wallet), NONCE);
        _submit(address(wallet), NONCE, signature, true);
        vm.assertTrue(token.authorizationState(address(wallet), NONCE));
    }
}
