// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Relay} from "../Relay.sol";
import {OddToken} from "./support/OddToken.t.sol";
import {RelayFixture} from "./support/RelayFixture.t.sol";

/// @dev With a token that misbehaves a relay is either right or undone.
contract RelayOddTokensTest is RelayFixture {
    function _oddRequest(OddToken.Oddity oddity) internal returns (OddToken odd, Relay.RelayRequest memory request) {
        odd = new OddToken(oddity, relay);
        odd.give(alice, 100e6);
        request = _aRequest();
        request.token = address(odd);
    }

    function test_movesATokenWhoseTransferAnswersNothing() public {
        (OddToken odd, Relay.RelayRequest memory r) = _oddRequest(OddToken.Oddity.NoReturnValue);
        _submit(r, "");
        vm.assertEq(odd.balanceOf(bob), 25e6);
        vm.assertEq(odd.balanceOf(collector), 20_000);
        vm.assertEq(odd.balanceOf(address(relay)), 0);
    }

    function test_refusesATokenWhoseTransferAnswersFalse() public {
        (OddToken odd, Relay.RelayRequest memory r) = _oddRequest(OddToken.Oddity.ReturnsFalse);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd)));
        _submit(r, "");
        vm.assertEq(odd.balanceOf(alice), 100e6);
    }

    function test_refusesATokenThatKeepsAPart() public {
        (OddToken odd, Relay.RelayRequest memory r) = _oddRequest(OddToken.Oddity.KeepsAPart);
        vm.expectRevert(abi.encodeWithSelector(Relay.RelayReceivedOther.selector, 25_020_000 - 1, 25_020_000));
        _submit(r, "");
        vm.assertEq(odd.balanceOf(alice), 100e6);
    }

    function test_doesNotPayStrayTokensOutForATokenThatMovesNothing() public {
        (OddToken odd, Relay.RelayRequest memory r) = _oddRequest(OddToken.Oddity.MovesNothing);
        odd.give(address(relay), 100e6);
        vm.expectRevert(abi.encodeWithSelector(Relay.RelayReceivedOther.selector, 0, 25_020_000));
        _submit(r, "");
        vm.assertEq(odd.balanceOf(address(relay)), 100e6);
    }

    function test_aTokenThatCallsBackCanOnlyDoWhatWasSigned() public {
        Relay.RelayRequest memory signed = _aRequest();
        (OddToken odd, Relay.RelayRequest memory r) = _oddRequest(OddToken.Oddity.CallsBack);
        odd.setNested(signed, _signRequest(ALICE_KEY, signed));
        _submit(r, "");
        vm.assertEq(token.balanceOf(bob), 25e6);
        vm.assertEq(token.balanceOf(collector), 20_000);
        vm.assertEq(token.balanceOf(alice), 100e6 - 25_020_000);
        vm.assertEq(token.balanceOf(address(relay)), 0);
        vm.assertEq(odd.balanceOf(address(relay)), 0);
    }

    function test_aTokenThatCallsBackWithItselfIsUndone() public {
        (OddToken odd, Relay.RelayRequest memory r) = _oddRequest(OddToken.Oddity.CallsBack);
        odd.setNested(r, "");
        vm.expectRevert();
        _submit(r, "");
        vm.assertEq(odd.balanceOf(alice), 100e6);
    }
}
