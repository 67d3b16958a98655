// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkout} from "../Checkout.sol";
import {CheckoutPaymentBehavior} from "./support/CheckoutPaymentBehavior.t.sol";

contract CheckoutPayWithPermitTest is CheckoutPaymentBehavior {
    uint256 internal constant DEADLINE = START + 7_200;

    function _prepare(uint256 key, Checkout.PaymentRequest memory r, uint256 amount)
        internal
        view
        override
        returns (address caller, bytes memory data)
    {
        caller = vm.addr(key);
        (uint8 v, bytes32 r_, bytes32 s) = _signPermit(key, amount, DEADLINE);
        data = abi.encodeCall(Checkout.payWithPermit, (r, amount, DEADLINE, v, r_, s));
    }

    function _feeOfThisWay() internal pure override returns (uint256) {
        return 0;
    }

    function _expectPermitRefused(address caller, bytes memory data) internal {
        _expectRefused(caller, data, abi.encodeWithSelector(Checkout.CheckoutPermitRefused.selector));
        vm.assertEq(token.balanceOf(alice), PURSE);
        vm.assertEq(checkout.totalPaid(_reference(_aRequest())), 0);
    }

    function test_isNotStoppedBySomebodyWhoSubmitsThePermitFirst() public {
        (address caller, bytes memory data) = _prepare(ALICE_KEY, _aRequest(), PRICE);
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(ALICE_KEY, PRICE, DEADLINE);
        vm.prank(stranger);
        token.permit(alice, address(checkout), PRICE, DEADLINE, v, r, s);
        _expectDone(caller, data);
        vm.assertEq(token.balanceOf(merchant), PRICE);
        vm.assertEq(token.allowance(alice, address(checkout)), 0);
    }

    function testFuzz_reliesOnTheAllowanceWhenThePermitFails(uint256 allowed) public {
        (address caller, bytes memory data) = _prepare(ALICE_KEY, _aRequest(), PRICE);
        allowed = bound(allowed, 0, 2 * PRICE);
        _approve(alice, allowed);
        vm.warp(START + 1);
        // Used up by another permit of the same nonce.
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(ALICE_KEY, allowed, DEADLINE);
        token.permit(alice, address(checkout), allowed, DEADLINE, v, r, s);
        if (allowed < PRICE) return _expectPermitRefused(caller, data);
        _expectDone(caller, data);
        vm.assertEq(token.allowance(alice, address(checkout)), allowed - PRICE);
        vm.assertEq(token.balanceOf(merchant), PRICE);
    }

    function test_refusesAPermitAfterItsDeadline() public {
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(ALICE_KEY, PRICE, START);
        vm.warp(START + 1);
        _expectPermitRefused(alice, abi.encodeCall(Checkout.payWithPermit, (_aRequest(), PRICE, START, v, r, s)));
    }

    function testFuzz_refusesAnotherAmountThanSigned(uint256 amount) public {
        amount = bound(amount, 1, PRICE - 1);
        (uint8 v, bytes32 r, bytes32 s) = _signPermit(ALICE_KEY, PRICE, DEADLINE);
        _expectPermitRefused(alice, abi.encodeCall(Checkout.payWithPermit, (_aRequest(), amount, DEADLINE, v, r, s)));
    }

    /// @notice Who finds a permit on its way can use it up, not make it pay for something.
    function testFuzz_cannotBeSubmittedBySomebodyElse(uint256 seed) public {
        (, bytes memory data) = _prepare(ALICE_KEY, _aRequest(), PRICE);
        address caller = address(uint160(bound(seed, 0x10000, type(uint128).max)));
        _expectPermitRefused(caller, data);
        _expectPermitRefused(bob, data);
    }
}
