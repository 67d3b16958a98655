// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Authorization} from "../../Authorization.sol";
import {Eip3009} from "../../Eip3009.sol";
import {IEip3009} from "../../IEip3009.sol";
import {Stablecoin} from "../../Stablecoin.sol";
import {ContractWallet} from "./ContractWallet.t.sol";
import {StablecoinFixture} from "./StablecoinFixture.t.sol";

/// @title Eip3009Behavior
/// @author Feiqian
/// @notice What holds for both kinds of signed transfer, each with its signature in parts and as bytes.
abstract contract Eip3009Behavior is StablecoinFixture {
    struct SignedTransfer {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }

    function setUp() public override {
        super.setUp();
        _issueTo(alice, 100e6);
    }

    function _typeHash() internal pure virtual returns (bytes32);

    function _otherTypeHash() internal pure virtual returns (bytes32);

    /// @notice Submits as somebody who is allowed to, through one overload or the other.
    function _submit(SignedTransfer memory t, bytes memory signature, bool asBytes) internal virtual;

    function _aTransfer() internal view returns (SignedTransfer memory) {
        return SignedTransfer(alice, bob, 7e6, START - 1, START + 3_600, keccak256("nonce 1"));
    }

    function _structHash(bytes32 typeHash, SignedTransfer memory t) internal pure returns (bytes32) {
        return keccak256(abi.encode(typeHash, t.from, t.to, t.value, t.validAfter, t.validBefore, t.nonce));
    }

    function _signTransfer(uint256 key, SignedTransfer memory t) internal view returns (bytes memory) {
        return _sign(key, _structHash(_typeHash(), t));
    }

    function _expectRefused(SignedTransfer memory t, bytes memory signature, bool asBytes) internal {
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, t.from));
        _submit(t, signature, asBytes);
    }

    function testFuzz_movesWhatWasSignedAndTellsTheNonce(bool asBytes, uint256 value, bytes32 nonce) public {
        SignedTransfer memory t = _aTransfer();
        t.value = bound(value, 0, 100e6);
        t.nonce = nonce;
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        vm.assertFalse(token.authorizationState(alice, nonce));

        vm.expectEmit(address(token));
        emit IEip3009.AuthorizationUsed(alice, nonce);
        vm.expectEmit(address(token));
        emit IERC20.Transfer(alice, bob, t.value);
        _submit(t, signature, asBytes);

        vm.assertTrue(token.authorizationState(alice, nonce));
        vm.assertFalse(token.authorizationState(bob, nonce));
        vm.assertEq(token.balanceOf(bob), t.value);
        vm.assertEq(token.balanceOf(alice), 100e6 - t.value);
    }

    function testFuzz_happensOnce(bool first, bool second) public {
        SignedTransfer memory t = _aTransfer();
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        _submit(t, signature, first);
        vm.expectRevert(abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, alice, t.nonce));
        _submit(t, signature, second);
        vm.assertEq(token.balanceOf(bob), 7e6);
    }

    function testFuzz_refusesAnyOtherFieldThanSigned(bool asBytes, uint8 field, uint256 seed) public {
        SignedTransfer memory t = _aTransfer();
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        uint256 which = field % 6;
        if (which == 0) t.from = bob;
        if (which == 1) t.to = address(uint160(bound(seed, 0x10000, type(uint128).max)));
        if (which == 2) t.value = bound(seed, 7e6 + 1, type(uint256).max);
        if (which == 3) t.validAfter = bound(seed, 0, START - 2);
        if (which == 4) t.validBefore = bound(seed, START + 3_601, type(uint256).max);
        if (which == 5) t.nonce = keccak256(abi.encode(seed));
        _expectRefused(t, signature, asBytes);
    }

    function testFuzz_refusesAnotherSigner(bool asBytes, uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        if (key == ALICE_KEY) key = BOB_KEY;
        SignedTransfer memory t = _aTransfer();
        _expectRefused(t, _signTransfer(key, t), asBytes);
    }

    function testFuzz_refusesASignatureMadeForTheOtherKindOfTransfer(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        _expectRefused(t, _sign(ALICE_KEY, _structHash(_otherTypeHash(), t)), asBytes);
    }

    function testFuzz_refusesTheSecondSignatureOfTheSameMessage(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        _expectRefused(t, _malleate(_signTransfer(ALICE_KEY, t)), asBytes);
    }

    function testFuzz_refusesASignatureForAnotherToken(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        Stablecoin other = _deployToken(NAME);
        bytes32 digest = _digestFor(address(other), NAME, _structHash(_typeHash(), t));
        _expectRefused(t, _signDigest(ALICE_KEY, digest), asBytes);
    }

    function testFuzz_refusesASignatureForAnotherChain(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        vm.chainId(block.chainid + 1);
        _expectRefused(t, signature, asBytes);
    }

    function testFuzz_refusesNobodyAsHolder(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        t.from = address(0);
        _expectRefused(t, new bytes(65), asBytes);
    }

    function testFuzz_refusesBytesThatAreNoSignature(bytes calldata noise) public {
        _expectRefused(_aTransfer(), noise, true);
    }

    function testFuzz_isValidStrictlyBetweenItsTimes(bool asBytes, uint256 validAfter, uint256 validBefore, uint256 time)
        public
    {
        SignedTransfer memory t = _aTransfer();
        time = bound(time, START, START + 100);
        t.validAfter = bound(validAfter, START - 10, START + 110);
        t.validBefore = bound(validBefore, START - 10, START + 110);
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        vm.warp(time);
        bool isValid = false;
        if (time <= t.validAfter) {
            vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationNotYetValid.selector, t.validAfter));
        } else if (time >= t.validBefore) {
            vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationExpired.selector, t.validBefore));
        } else {
            isValid = true;
        }
        _submit(t, signature, asBytes);
        vm.assertEq(token.balanceOf(bob), isValid ? 7e6 : 0);
    }

    function test_isNotYetValidAtTheVerySecondAndValidOneLater() public {
        SignedTransfer memory t = _aTransfer();
        t.validAfter = START;
        t.validBefore = START + 2;
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationNotYetValid.selector, START));
        _submit(t, signature, true);
        vm.warp(START + 2);
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationExpired.selector, START + 2));
        _submit(t, signature, true);
        vm.warp(START + 1);
        _submit(t, signature, true);
        vm.assertEq(token.balanceOf(bob), 7e6);
    }

    /// @dev OpenZeppelin's draft gives bit 47 of the times another meaning (block numbers); the standard does not.
    function testFuzz_readsTimesAsPlainSecondsWhateverTheirSize(bool asBytes, uint256 validBefore) public {
        SignedTransfer memory t = _aTransfer();
        t.validAfter = START - 1;
        t.validBefore = bound(validBefore, START + 1, type(uint256).max) | (1 << 47);
        _submit(t, _signTransfer(ALICE_KEY, t), asBytes);
        vm.assertEq(token.balanceOf(bob), 7e6);

        SignedTransfer memory late = _aTransfer();
        late.nonce = keccak256("nonce 2");
        late.validAfter = (1 << 47);
        late.validBefore = (1 << 47) + 1_000_000_000;
        bytes memory signature = _signTransfer(ALICE_KEY, late);
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationNotYetValid.selector, late.validAfter));
        _submit(late, signature, asBytes);
    }

    function testFuzz_refusesAFrozenHolderAndKeepsTheNonce(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        _freeze(alice);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice));
        _submit(t, signature, asBytes);
        vm.assertFalse(token.authorizationState(alice, t.nonce));
    }

    function testFuzz_refusesAFrozenReceiver(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        _freeze(bob);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, bob));
        _submit(t, signature, asBytes);
    }

    function testFuzz_refusesWhilePaused(bool asBytes) public {
        SignedTransfer memory t = _aTransfer();
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _submit(t, signature, asBytes);
    }

    function testFuzz_refusesMoreThanTheHolderHasAndKeepsTheNonce(bool asBytes, uint256 value) public {
        SignedTransfer memory t = _aTransfer();
        t.value = bound(value, 100e6 + 1, type(uint256).max);
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice, 100e6, t.value)
        );
        _submit(t, signature, asBytes);
        vm.assertFalse(token.authorizationState(alice, t.nonce));
    }

    function test_servesAHolderThatIsAContractThroughBytesOnly() public {
        ContractWallet wallet = new ContractWallet(alice);
        _issueTo(address(wallet), 10e6);
        SignedTransfer memory t = _aTransfer();
        t.from = address(wallet);
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        _expectRefused(t, signature, false);
        _expectRefused(t, _signTransfer(BOB_KEY, t), true);
        _submit(t, signature, true);
        vm.assertEq(token.balanceOf(address(wallet)), 3e6);
    }
}
