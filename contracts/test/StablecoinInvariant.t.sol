// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stablecoin} from "../Stablecoin.sol";
import {InvariantBase} from "./support/InvariantBase.t.sol";
import {StablecoinHandler} from "./support/StablecoinHandler.t.sol";

contract StablecoinInvariantTest is InvariantBase {
    StablecoinHandler internal handler;
    Stablecoin internal token;

    function setUp() public {
        handler = new StablecoinHandler();
        token = handler.getToken();
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = StablecoinHandler.issue.selector;
        selectors[1] = StablecoinHandler.issueFresh.selector;
        selectors[2] = StablecoinHandler.redeem.selector;
        selectors[3] = StablecoinHandler.transfer.selector;
        selectors[4] = StablecoinHandler.transferFrom.selector;
        selectors[5] = StablecoinHandler.transferWithAuthorization.selector;
        selectors[6] = StablecoinHandler.togglePause.selector;
        selectors[7] = StablecoinHandler.setFrozen.selector;
        selectors[8] = StablecoinHandler.wait.selector;
        selectors[9] = StablecoinHandler.setBucket.selector;
        _target(address(handler), selectors);
    }

    function invariant_supplyIsIssuedLessRedeemed() public view {
        vm.assertEq(token.totalSupply(), handler.issuedTotal() - handler.redeemedTotal(), "supply");
    }

    function invariant_everyBalanceIsWhatTheModelSaysAndTheyAddUpToTheSupply() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < handler.HOLDERS(); ++i) {
            address holder = handler.holderAt(i);
            vm.assertEq(token.balanceOf(holder), handler.balanceOf(holder), "balance");
            sum += token.balanceOf(holder);
        }
        vm.assertEq(sum, token.totalSupply(), "sum of balances");
        vm.assertEq(token.balanceOf(address(token)), 0, "the token's own balance");
    }

    function invariant_noReferenceIsUsedTwiceAndNobodySpoilsAnothers() public view {
        for (uint256 i = 0; i < handler.REFERENCES(); ++i) {
            bytes32 name = handler.referenceAt(i);
            vm.assertLe(handler.issues(name), 1, "issued twice");
            vm.assertTrue(token.isIssued(name) == (handler.issues(name) == 1), "issue reference");
            for (uint256 j = 0; j < handler.HOLDERS(); ++j) {
                address holder = handler.holderAt(j);
                uint256 times = handler.redemptions(holder, name);
                vm.assertLe(times, 1, "redeemed twice");
                vm.assertTrue(token.isRedeemed(holder, name) == (times == 1), "redeem reference");
            }
        }
    }

    function invariant_noStretchOfTimeSeesMoreIssuedThanTheBucketAllows() public view {
        vm.assertEq(token.bucketLevel(), handler.expectedLevel(), "bucket level");
        uint256 issued = handler.issuedTotal();
        uint256 flow = handler.flow();
        for (uint256 i = 0; i < handler.windowCount(); ++i) {
            (uint256 issuedBefore, uint256 flowBefore, uint256 capacity) = handler.windows(i);
            vm.assertLe(issued - issuedBefore, capacity + flow - flowBefore, "issued in a window");
        }
    }
}
