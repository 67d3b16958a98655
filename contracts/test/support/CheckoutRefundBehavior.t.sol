// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Checkout} from "../../Checkout.sol";
import {Stablecoin} from "../../Stablecoin.sol";
import {CheckoutFixture} from "./CheckoutFixture.t.sol";

/// @title CheckoutRefundBehavior
/// @author Feiqian
/// @notice What holds whichever way a payment is refunded. Alice paid 40 of 60 and Bob the rest.
abstract contract CheckoutRefundBehavior is CheckoutFixture {
    uint256 internal constant ALICE_PAID = 40e6;
    uint256 internal constant BOB_PAID = PRICE - ALICE_PAID;
    uint256 internal constant TILL = 5e6;

    function setUp() public override {
        super.setUp();
        _pay(alice, _aRequest(), ALICE_PAID);
        _pay(bob, _aRequest(), BOB_PAID);
        _issueTo(merchant, TILL);
    }

    /// @notice Does what the merchant with this key does beforehand (allowing, signing).
    /// @return caller Who calls the checkout.
    /// @return data What they call it with.
    function _prepare(uint256 merchantKey, Checkout.PaymentRequest memory r, address payer, uint256 amount)
        internal
        virtual
        returns (address caller, bytes memory data);

    /// @notice What the merchant gives on top of the amount.
    function _feeOfThisWay() internal pure virtual returns (uint256);

    function _refundThisWay(Checkout.PaymentRequest memory r, address payer, uint256 amount) internal {
        (address caller, bytes memory data) = _prepare(MERCHANT_KEY, r, payer, amount);
        _expectDone(caller, data);
    }

    function _expectRefusal(
        uint256 merchantKey,
        Checkout.PaymentRequest memory r,
        address payer,
        uint256 amount,
        bytes memory why
    ) internal {
        uint256 refunded = checkout.refundedTo(_reference(r), payer);
        uint256 till = token.balanceOf(merchant);
        uint256 purse = token.balanceOf(payer);
        (address caller, bytes memory data) = _prepare(merchantKey, r, payer, amount);
        _expectRefused(caller, data, why);
        vm.assertEq(checkout.refundedTo(_reference(r), payer), refunded, "refunded");
        vm.assertEq(token.balanceOf(merchant), till, "till");
        vm.assertEq(token.balanceOf(payer), purse, "purse");
        vm.assertEq(token.balanceOf(address(checkout)), 0, "checkout");
    }

    function test_givesThePayerBackAndTellsTheReference() public {
        Checkout.PaymentRequest memory r = _aRequest();
        (address caller, bytes memory data) = _prepare(MERCHANT_KEY, r, alice, ALICE_PAID);
        vm.expectEmit(address(checkout));
        emit Checkout.Refunded(
            _reference(r), alice, merchant, address(token), ALICE_PAID, ALICE_PAID, _feeOfThisWay()
        );
        _expectDone(caller, data);

        vm.assertEq(token.balanceOf(alice), PURSE);
        vm.assertEq(token.balanceOf(merchant), PRICE + TILL - ALICE_PAID - _feeOfThisWay());
        vm.assertEq(token.balanceOf(collector), _feeOfThisWay());
        vm.assertEq(token.balanceOf(address(checkout)), 0);
        vm.assertEq(token.allowance(merchant, address(checkout)), 0);
        vm.assertEq(checkout.refundedTo(_reference(r), alice), ALICE_PAID);
        vm.assertEq(checkout.refundedTo(_reference(r), bob), 0);
    }

    function test_leavesWhatWasPaidAsItWas() public {
        Checkout.PaymentRequest memory r = _aRequest();
        _refundThisWay(r, alice, ALICE_PAID);
        vm.assertEq(checkout.totalPaid(_reference(r)), PRICE);
        vm.assertEq(checkout.paidBy(_reference(r), alice), ALICE_PAID);
        vm.assertEq(checkout.paidBy(_reference(r), bob), BOB_PAID);
    }

    function testFuzz_givesBackInParts(uint256 first, uint256 second) public {
        Checkout.PaymentRequest memory r = _aRequest();
        first = bound(first, 1, ALICE_PAID - 1);
        second = bound(second, 1, ALICE_PAID - first);
        _refundThisWay(r, alice, first);
        (address caller, bytes memory data) = _prepare(MERCHANT_KEY, r, alice, second);
        vm.expectEmit(address(checkout));
        emit Checkout.Refunded(
            _reference(r), alice, merchant, address(token), second, first + second, _feeOfThisWay()
        );
        _expectDone(caller, data);
        vm.assertEq(checkout.refundedTo(_reference(r), alice), first + second);
        vm.assertEq(token.balanceOf(alice), PURSE - ALICE_PAID + first + second);
    }

    /// @notice What others paid does not count.
    function testFuzz_refusesMoreThanThisPayerPaidAndDidNotGetBack(uint256 first, uint256 second) public {
        Checkout.PaymentRequest memory r = _aRequest();
        first = bound(first, 1, ALICE_PAID);
        second = bound(second, ALICE_PAID - first + 1, PRICE);
        _refundThisWay(r, alice, first);
        bytes memory why =
            abi.encodeWithSelector(Checkout.CheckoutPaymentExceeded.selector, second, ALICE_PAID - first);
        _expectRefusal(MERCHANT_KEY, r, alice, second, why);
    }

    function testFuzz_refusesWhoNeverPaid(address payer) public {
        if (payer == alice || payer == bob) payer = stranger;
        bytes memory why = abi.encodeWithSelector(Checkout.CheckoutPaymentExceeded.selector, 1, 0);
        _expectRefusal(MERCHANT_KEY, _aRequest(), payer, 1, why);
    }

    /// @notice What was paid for one request is not refunded under another.
    function testFuzz_refusesAnyOtherRequest(uint8 field, uint256 seed) public {
        Checkout.PaymentRequest memory r = _aRequest();
        uint256 which = field % 4;
        if (which == 0) r.token = address(_deployToken(NAME));
        if (which == 1) r.amount = bound(seed, PRICE + 1, type(uint256).max);
        if (which == 2) r.validBefore = bound(seed, START + 3_601, type(uint256).max);
        if (which == 3) r.salt = keccak256(abi.encode(seed));
        bytes memory why = abi.encodeWithSelector(Checkout.CheckoutPaymentExceeded.selector, 1, 0);
        _expectRefusal(MERCHANT_KEY, r, alice, 1, why);
    }

    function test_refusesAnAmountOfZero() public {
        bytes memory why = abi.encodeWithSelector(Checkout.CheckoutAmountZero.selector);
        _expectRefusal(MERCHANT_KEY, _aRequest(), alice, 0, why);
    }

    function testFuzz_isPossibleAfterTheRequestExpired(uint256 elapsed) public {
        Checkout.PaymentRequest memory r = _aRequest();
        vm.warp(bound(elapsed, r.validBefore, START + 7_100));
        _refundThisWay(r, alice, ALICE_PAID);
        vm.assertEq(token.balanceOf(alice), PURSE);
    }

    function test_refusesMoreThanTheMerchantHas() public {
        vm.prank(merchant);
        token.transfer(stranger, PRICE + TILL - 1);
        uint256 sum = ALICE_PAID + _feeOfThisWay();
        bytes memory why =
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, merchant, 1, sum);
        _expectRefusal(MERCHANT_KEY, _aRequest(), alice, ALICE_PAID, why);
    }

    function test_refusesWhilePaused() public {
        _pause();
        bytes memory why = abi.encodeWithSelector(Pausable.EnforcedPause.selector);
        _expectRefusal(MERCHANT_KEY, _aRequest(), alice, 1, why);
    }

    function test_refusesAFrozenPayer() public {
        _freeze(alice);
        bytes memory why = abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice);
        _expectRefusal(MERCHANT_KEY, _aRequest(), alice, 1, why);
    }
}
