// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Authorization} from "../Authorization.sol";
import {Eip3009} from "../Eip3009.sol";
import {IEip3009} from "../IEip3009.sol";
import {Relay} from "../Relay.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {ContractWallet} from "./support/ContractWallet.t.sol";
import {RelayFixture} from "./support/RelayFixture.t.sol";

contract RelayTest is RelayFixture {
    function _expectRefused(Relay.RelayRequest memory r, bytes memory signature) internal {
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, r.from));
        _submit(r, signature);
    }

    function test_paysAmountAndFeeAndTellsTheReferenceWhoeverSubmits() public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.expectEmit(address(relay));
        emit Relay.Relayed(r.reference_, alice, bob, address(token), 25e6, 20_000);
        vm.expectEmit(address(token));
        emit IEip3009.AuthorizationUsed(alice, _nonce(r));
        _submit(r, signature);

        vm.assertEq(token.balanceOf(alice), 100e6 - 25e6 - 20_000);
        vm.assertEq(token.balanceOf(bob), 25e6);
        vm.assertEq(token.balanceOf(collector), 20_000);
        vm.assertEq(token.balanceOf(address(relay)), 0);
    }

    function testFuzz_nonceIsTheHashOfWhatTheSignatureDoesNotName(Relay.RelayRequest memory r) public {
        vm.assertEq(relay.nonceOf(r), _nonce(r));
        vm.chainId(block.chainid + 1);
        vm.assertEq(relay.nonceOf(r), _nonce(r));
    }

    function testFuzz_movesAnyAmountAndFeeThatTheHolderHas(uint256 amount, uint256 fee) public {
        Relay.RelayRequest memory r = _aRequest();
        r.amount = bound(amount, 1, 100e6);
        r.fee = bound(fee, 0, 100e6 - r.amount);
        _submit(r, _signRequest(ALICE_KEY, r));
        vm.assertEq(token.balanceOf(bob), r.amount);
        vm.assertEq(token.balanceOf(collector), r.fee);
        vm.assertEq(token.balanceOf(alice), 100e6 - r.amount - r.fee);
        vm.assertEq(token.balanceOf(address(relay)), 0);
    }

    function test_happensOnce() public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        _submit(r, signature);
        vm.expectRevert(abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, alice, _nonce(r)));
        _submit(r, signature);
    }

    function testFuzz_refusesAnyOtherFieldThanSigned(uint8 field, uint256 seed) public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        address somebody = address(uint160(bound(seed, 0x10000, type(uint128).max)));
        uint256 which = field % 10;
        if (which == 0) r.token = address(_deployToken(NAME));
        if (which == 1) r.from = bob;
        if (which == 2) r.to = somebody;
        if (which == 3) r.amount = bound(seed, 25e6 + 1, type(uint128).max);
        if (which == 4) r.fee = bound(seed, 20_001, type(uint128).max);
        if (which == 5) r.feeReceiver = somebody;
        if (which == 6) r.reference_ = keccak256(abi.encode(seed));
        if (which == 7) r.validAfter = bound(seed, 0, START - 2);
        if (which == 8) r.validBefore = bound(seed, START + 3_601, type(uint256).max);
        if (which == 9) r.salt = keccak256(abi.encode(seed));
        _expectRefused(r, signature);
        vm.assertEq(token.balanceOf(alice), 100e6);
    }

    function testFuzz_cannotBeRepricedWithinTheSameSum(uint256 fee) public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        uint256 sum = r.amount + r.fee;
        r.fee = bound(fee, 0, sum - 1);
        if (r.fee == 20_000) r.fee = 20_001;
        r.amount = sum - r.fee;
        _expectRefused(r, signature);
    }

    function testFuzz_cannotBeTakenPastTheRelay(address caller) public {
        if (caller == address(relay)) caller = stranger;
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        bytes32 nonce = _nonce(r);
        uint256 sum = r.amount + r.fee;

        vm.expectRevert(
            abi.encodeWithSelector(Eip3009.Eip3009CallerNotReceiver.selector, caller, address(relay))
        );
        vm.prank(caller);
        token.receiveWithAuthorization(alice, address(relay), sum, r.validAfter, r.validBefore, nonce, signature);

        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, alice));
        vm.prank(caller);
        token.receiveWithAuthorization(alice, caller, sum, r.validAfter, r.validBefore, nonce, signature);

        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, alice));
        vm.prank(caller);
        token.transferWithAuthorization(alice, address(relay), sum, r.validAfter, r.validBefore, nonce, signature);
    }

    function test_cannotBeUsedAtAnotherRelay() public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        Relay other = new Relay();
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, alice));
        other.relay(r, signature);
    }

    function test_cannotBeUsedOnAnotherChain() public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.chainId(block.chainid + 1);
        _expectRefused(r, signature);
    }

    function testFuzz_refusesAnotherSigner(uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        if (key == ALICE_KEY) key = BOB_KEY;
        Relay.RelayRequest memory r = _aRequest();
        _expectRefused(r, _signRequest(key, r));
    }

    function test_withoutAFeeNobodyIsNeededToReceiveIt() public {
        Relay.RelayRequest memory r = _aRequest();
        r.fee = 0;
        r.feeReceiver = address(0);
        _submit(r, _signRequest(ALICE_KEY, r));
        vm.assertEq(token.balanceOf(bob), 25e6);
    }

    function test_aFeeForNobodyIsRefused() public {
        Relay.RelayRequest memory r = _aRequest();
        r.feeReceiver = address(0);
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        _submit(r, signature);
        vm.assertFalse(token.authorizationState(alice, _nonce(r)));
    }

    function test_refusesAnAmountOfZero() public {
        Relay.RelayRequest memory r = _aRequest();
        r.amount = 0;
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.expectRevert(abi.encodeWithSelector(Relay.RelayAmountZero.selector));
        _submit(r, signature);
    }

    function test_refusesItselfAsReceiver() public {
        Relay.RelayRequest memory r = _aRequest();
        r.to = address(relay);
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.expectRevert(abi.encodeWithSelector(Relay.RelayReceiverIsRelay.selector));
        _submit(r, signature);

        r = _aRequest();
        r.feeReceiver = address(relay);
        signature = _signRequest(ALICE_KEY, r);
        vm.expectRevert(abi.encodeWithSelector(Relay.RelayReceiverIsRelay.selector));
        _submit(r, signature);
    }

    function test_refusesTheTokenAsReceiver() public {
        Relay.RelayRequest memory r = _aRequest();
        r.to = address(token);
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReceiverIsToken.selector));
        _submit(r, signature);
    }

    function test_refusesASumThatOverflows() public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        r.fee = type(uint256).max;
        vm.expectRevert(abi.encodeWithSelector(bytes4(keccak256("Panic(uint256)")), 0x11));
        _submit(r, signature);
    }

    function testFuzz_isPossibleStrictlyBetweenItsTimes(uint256 validAfter, uint256 validBefore, uint256 time) public {
        Relay.RelayRequest memory r = _aRequest();
        time = bound(time, START, START + 100);
        r.validAfter = bound(validAfter, START - 10, START + 110);
        r.validBefore = bound(validBefore, START - 10, START + 110);
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.warp(time);
        if (time <= r.validAfter) {
            vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationNotYetValid.selector, r.validAfter));
        } else if (time >= r.validBefore) {
            vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationExpired.selector, r.validBefore));
        }
        _submit(r, signature);
    }

    function test_refusesMoreThanTheHolderHas() public {
        Relay.RelayRequest memory r = _aRequest();
        r.amount = 100e6;
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice, 100e6, 100e6 + 20_000)
        );
        _submit(r, signature);
    }

    function test_refusesWhilePaused() public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _submit(r, signature);
    }

    function testFuzz_refusesWhenAnyoneInItIsFrozenAndTakesNothing(uint8 who) public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        address frozen = [alice, bob, collector, address(relay)][who % 4];
        _freeze(frozen);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, frozen));
        _submit(r, signature);
        vm.assertEq(token.balanceOf(alice), 100e6);
        vm.assertFalse(token.authorizationState(alice, _nonce(r)));
    }

    function test_canBeCalledOffByTheHolder() public {
        Relay.RelayRequest memory r = _aRequest();
        bytes memory signature = _signRequest(ALICE_KEY, r);
        bytes32 structHash = keccak256(abi.encode(token.CANCEL_AUTHORIZATION_TYPEHASH(), alice, _nonce(r)));
        token.cancelAuthorization(alice, _nonce(r), _sign(ALICE_KEY, structHash));
        vm.expectRevert(abi.encodeWithSelector(Eip3009.Eip3009NonceUsed.selector, alice, _nonce(r)));
        _submit(r, signature);
    }

    function test_servesAHolderThatIsAContract() public {
        ContractWallet wallet = new ContractWallet(alice);
        _issueTo(address(wallet), 30e6);
        Relay.RelayRequest memory r = _aRequest();
        r.from = address(wallet);
        _submit(r, _signRequest(ALICE_KEY, r));
        vm.assertEq(token.balanceOf(bob), 25e6);
    }

    function test_leavesStrayTokensWhereTheyAre() public {
        vm.prank(alice);
        token.transfer(address(relay), 10e6);
        Relay.RelayRequest memory r = _aRequest();
        _submit(r, _signRequest(ALICE_KEY, r));
        vm.assertEq(token.balanceOf(address(relay)), 10e6);
    }

    function test_refusesATokenThatDoesNotExist() public {
        Relay.RelayRequest memory r = _aRequest();
        r.token = address(0xDEAD);
        bytes memory signature = _signRequest(ALICE_KEY, r);
        vm.expectRevert();
        _submit(r, signature);
    }
}
