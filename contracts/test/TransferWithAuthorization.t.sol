// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stablecoin} from "../Stablecoin.sol";
import {Eip3009Behavior} from "./support/Eip3009Behavior.t.sol";

contract TransferWithAuthorizationTest is Eip3009Behavior {
    function _typeHash() internal pure override returns (bytes32) {
        // As printed in the standard.
        return 0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267;
    }

    function _otherTypeHash() internal pure override returns (bytes32) {
        return 0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8;
    }

    function _submit(SignedTransfer memory t, bytes memory signature, bool asBytes) internal override {
        (uint8 v, bytes32 r, bytes32 s) = asBytes ? (0, bytes32(0), bytes32(0)) : _split(signature);
        vm.prank(stranger);
        if (asBytes) {
            token.transferWithAuthorization(t.from, t.to, t.value, t.validAfter, t.validBefore, t.nonce, signature);
        } else {
            token.transferWithAuthorization(t.from, t.to, t.value, t.validAfter, t.validBefore, t.nonce, v, r, s);
        }
    }

    function test_typeHashIsTheStandards() public view {
        vm.assertEq(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), _typeHash());
    }

    function test_refusesTheTokenItselfAsReceiver() public {
        SignedTransfer memory t = _aTransfer();
        t.to = address(token);
        bytes memory signature = _signTransfer(ALICE_KEY, t);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReceiverIsToken.selector));
        _submit(t, signature, true);
    }
}
