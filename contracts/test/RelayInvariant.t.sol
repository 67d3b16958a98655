// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stablecoin} from "../Stablecoin.sol";
import {InvariantBase} from "./support/InvariantBase.t.sol";
import {RelayHandler} from "./support/RelayHandler.t.sol";

contract RelayInvariantTest is InvariantBase {
    RelayHandler internal handler;
    Stablecoin internal token;

    function setUp() public {
        handler = new RelayHandler();
        token = handler.getToken();
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = RelayHandler.sign.selector;
        selectors[1] = RelayHandler.submit.selector;
        selectors[2] = RelayHandler.submitChanged.selector;
        selectors[3] = RelayHandler.bypass.selector;
        selectors[4] = RelayHandler.stray.selector;
        _target(address(handler), selectors);
    }

    function invariant_everybodyOwnsWhatTheySignedFor() public view {
        for (uint256 i = 0; i < handler.PEOPLE(); ++i) {
            address person = handler.personAt(i);
            vm.assertEq(token.balanceOf(person), handler.balanceOf(person), "balance");
        }
    }

    function invariant_relayHoldsNothingOfItsOwn() public view {
        vm.assertEq(token.balanceOf(handler.getRelay()), handler.strayed(), "the relay's balance");
    }
}
