// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Checkout} from "../../Checkout.sol";
import {Stablecoin} from "../../Stablecoin.sol";
import {CheckoutFixture} from "./CheckoutFixture.t.sol";

/// @title CheckoutPaymentBehavior
/// @author Feiqian
/// @notice What holds whichever way a request is paid.
abstract contract CheckoutPaymentBehavior is CheckoutFixture {
    /// @notice Does what the payer does beforehand (allowing, signing).
    /// @return caller Who calls the checkout.
    /// @return data What they call it with.
    function _prepare(uint256 key, Checkout.PaymentRequest memory r, uint256 amount)
        internal
        virtual
        returns (address caller, bytes memory data);

    /// @notice What the payer gives on top of the amount.
    function _feeOfThisWay() internal pure virtual returns (uint256);

    function _payThisWay(uint256 key, Checkout.PaymentRequest memory r, uint256 amount) internal {
        (address caller, bytes memory data) = _prepare(key, r, amount);
        _expectDone(caller, data);
    }

    function _expectRefusal(uint256 key, Checkout.PaymentRequest memory r, uint256 amount, bytes memory why) internal {
        uint256 total = checkout.totalPaid(_reference(r));
        uint256 paid = checkout.paidBy(_reference(r), vm.addr(key));
        uint256 purse = token.balanceOf(vm.addr(key));
        (address caller, bytes memory data) = _prepare(key, r, amount);
        _expectRefused(caller, data, why);
        vm.assertEq(checkout.totalPaid(_reference(r)), total, "total");
        vm.assertEq(checkout.paidBy(_reference(r), vm.addr(key)), paid, "paid");
        vm.assertEq(token.balanceOf(vm.addr(key)), purse, "purse");
        vm.assertEq(token.balanceOf(address(checkout)), 0, "checkout");
    }

    function test_paysTheMerchantAndTellsTheReference() public {
        Checkout.PaymentRequest memory r = _aRequest();
        (address caller, bytes memory data) = _prepare(ALICE_KEY, r, PRICE);
        vm.expectEmit(address(checkout));
        emit Checkout.Paid(_reference(r), alice, merchant, address(token), PRICE, PRICE, _feeOfThisWay());
        _expectDone(caller, data);

        vm.assertEq(token.balanceOf(merchant), PRICE);
        vm.assertEq(token.balanceOf(alice), PURSE - PRICE - _feeOfThisWay());
        vm.assertEq(token.balanceOf(collector), _feeOfThisWay());
        vm.assertEq(token.balanceOf(address(checkout)), 0);
        vm.assertEq(token.allowance(alice, address(checkout)), 0);
        vm.assertEq(checkout.totalPaid(_reference(r)), PRICE);
        vm.assertEq(checkout.paidBy(_reference(r), alice), PRICE);
        vm.assertEq(checkout.refundedTo(_reference(r), alice), 0);
    }

    function testFuzz_takesPartsOfThePriceFromDifferentPeople(uint256 first, uint256 second) public {
        Checkout.PaymentRequest memory r = _aRequest();
        first = bound(first, 1, PRICE - 1);
        second = bound(second, 1, PRICE - first);
        _payThisWay(ALICE_KEY, r, first);
        (address caller, bytes memory data) = _prepare(BOB_KEY, r, second);
        vm.expectEmit(address(checkout));
        emit Checkout.Paid(_reference(r), bob, merchant, address(token), second, first + second, _feeOfThisWay());
        _expectDone(caller, data);

        vm.assertEq(checkout.totalPaid(_reference(r)), first + second);
        vm.assertEq(checkout.paidBy(_reference(r), alice), first);
        vm.assertEq(checkout.paidBy(_reference(r), bob), second);
        vm.assertEq(token.balanceOf(merchant), first + second);
    }

    function testFuzz_refusesMoreThanIsLeftOfThePrice(uint256 first, uint256 second) public {
        Checkout.PaymentRequest memory r = _aRequest();
        first = bound(first, 1, PRICE);
        second = bound(second, PRICE - first + 1, PURSE - FEE);
        _payThisWay(ALICE_KEY, r, first);
        _expectRefusal(
            BOB_KEY, r, second, abi.encodeWithSelector(Checkout.CheckoutPriceExceeded.selector, second, PRICE - first)
        );
        vm.assertEq(token.balanceOf(merchant), first);
    }

    function test_refusesARequestForNothing() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.amount = 0;
        _expectRefusal(ALICE_KEY, r, 1, abi.encodeWithSelector(Checkout.CheckoutPriceExceeded.selector, 1, 0));
    }

    function test_refusesAnAmountOfZero() public {
        _expectRefusal(ALICE_KEY, _aRequest(), 0, abi.encodeWithSelector(Checkout.CheckoutAmountZero.selector));
    }

    function testFuzz_isPossibleStrictlyBeforeTheRequestExpires(uint256 time) public {
        Checkout.PaymentRequest memory r = _aRequest();
        time = bound(time, START, START + 7_100);
        vm.warp(time);
        if (time < r.validBefore) _payThisWay(ALICE_KEY, r, PRICE);
        else {
            bytes memory why = abi.encodeWithSelector(Checkout.CheckoutExpired.selector, r.validBefore);
            _expectRefusal(ALICE_KEY, r, PRICE, why);
        }
    }

    function test_isPossibleInTheLastSecondAndNotAtTheEnd() public {
        Checkout.PaymentRequest memory r = _aRequest();
        vm.warp(r.validBefore - 1);
        _payThisWay(ALICE_KEY, r, 1);
        vm.warp(r.validBefore);
        _expectRefusal(ALICE_KEY, r, 1, abi.encodeWithSelector(Checkout.CheckoutExpired.selector, r.validBefore));
    }

    /// @notice Whatever is exchanged, what was asked for stays unpaid.
    function testFuzz_withAnyOtherFieldItIsAnotherRequest(uint8 field, uint256 seed) public {
        Checkout.PaymentRequest memory asked = _aRequest();
        Checkout.PaymentRequest memory r = _aRequest();
        uint256 which = field % 5;
        if (which == 0) r.merchant = address(uint160(bound(seed, 0x10000, type(uint128).max)));
        if (which == 1) {
            token = _deployToken(NAME);
            _issueTo(alice, PURSE);
            r.token = address(token);
        }
        if (which == 2) r.amount = bound(seed, 25e6, type(uint128).max);
        if (which == 3) r.validBefore = bound(seed, START + 3_601, type(uint256).max);
        if (which == 4) r.salt = keccak256(abi.encode(seed));
        if (r.amount == PRICE && which == 2) r.amount = PRICE + 1;
        _payThisWay(ALICE_KEY, r, 25e6);
        vm.assertEq(checkout.totalPaid(_reference(r)), 25e6);
        vm.assertEq(checkout.totalPaid(_reference(asked)), 0);
        vm.assertEq(checkout.paidBy(_reference(asked), alice), 0);
    }

    function test_refusesThePayerAsMerchant() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.merchant = alice;
        _expectRefusal(ALICE_KEY, r, 1, abi.encodeWithSelector(Checkout.CheckoutPayerIsMerchant.selector, alice));
    }

    function test_refusesItselfAndNobodyAsMerchant() public {
        Checkout.PaymentRequest memory r = _aRequest();
        for (uint256 i = 0; i < 2; ++i) {
            r.merchant = i == 0 ? address(checkout) : address(0);
            bytes memory why = abi.encodeWithSelector(Checkout.CheckoutReceiverInvalid.selector, r.merchant);
            _expectRefusal(ALICE_KEY, r, 1, why);
        }
    }

    function test_refusesMoreThanThePayerHas() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.amount = 2 * PURSE;
        uint256 sum = PURSE + 1 + _feeOfThisWay();
        bytes memory why =
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice, PURSE, sum);
        _expectRefusal(ALICE_KEY, r, PURSE + 1, why);
    }

    function test_refusesWhilePaused() public {
        _pause();
        _expectRefusal(ALICE_KEY, _aRequest(), 1, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
    }

    function testFuzz_refusesWhenAnyoneInItIsFrozen(uint8 who) public {
        address frozen = [alice, merchant, address(checkout)][who % 3];
        _freeze(frozen);
        _expectRefusal(
            ALICE_KEY, _aRequest(), 1, abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, frozen)
        );
    }

    function test_refusesATokenThatDoesNotExist() public {
        Checkout.PaymentRequest memory r = _aRequest();
        r.token = address(0xDEAD);
        _expectRefusal(ALICE_KEY, r, 1, "");
    }

    function test_leavesStrayTokensWhereTheyAre() public {
        vm.prank(bob);
        token.transfer(address(checkout), 10e6);
        _payThisWay(ALICE_KEY, _aRequest(), PRICE);
        vm.assertEq(token.balanceOf(address(checkout)), 10e6);
    }

    function test_whatWasRefundedCannotBePaidAgain() public {
        Checkout.PaymentRequest memory r = _aRequest();
        _payThisWay(ALICE_KEY, r, PRICE);
        _approve(merchant, PRICE);
        vm.prank(merchant);
        checkout.refund(r, alice, PRICE);
        vm.assertEq(checkout.totalPaid(_reference(r)), PRICE);
        _expectRefusal(BOB_KEY, r, 1, abi.encodeWithSelector(Checkout.CheckoutPriceExceeded.selector, 1, 0));
    }
}
