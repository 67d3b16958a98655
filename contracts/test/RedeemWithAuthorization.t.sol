// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Authorization} from "../Authorization.sol";
import {Stablecoin} from "../Stablecoin.sol";
import {ContractWallet} from "./support/ContractWallet.t.sol";
import {StablecoinFixture} from "./support/StablecoinFixture.t.sol";

contract RedeemWithAuthorizationTest is StablecoinFixture {
    struct Redemption {
        address holder;
        bytes32 reference_;
        uint256 amount;
        uint256 validAfter;
        uint256 validBefore;
    }

    function setUp() public override {
        super.setUp();
        _issueTo(alice, 100e6);
        _issueTo(bob, 100e6);
    }

    function _aRedemption() internal view returns (Redemption memory) {
        return Redemption(alice, keccak256("conversion 1"), 40e6, START - 1, START + 3_600);
    }

    function _structHash(Redemption memory r) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256(
                    "RedeemWithAuthorization(address holder,bytes32 reference,uint256 amount,uint256 validAfter,uint256 validBefore)"
                ),
                r.holder,
                r.reference_,
                r.amount,
                r.validAfter,
                r.validBefore
            )
        );
    }

    function _submit(Redemption memory r, bytes memory signature) internal {
        vm.prank(stranger);
        token.redeemWithAuthorization(r.holder, r.reference_, r.amount, r.validAfter, r.validBefore, signature);
    }

    function _expectRefused(Redemption memory r, bytes memory signature) internal {
        vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationSignatureInvalid.selector, r.holder));
        _submit(r, signature);
    }

    function test_endsTheHoldersTokensWhoeverSubmits() public {
        Redemption memory r = _aRedemption();
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        vm.expectEmit(address(token));
        emit Stablecoin.Redeemed(r.reference_, alice, 40e6);
        _submit(r, signature);
        vm.assertEq(token.balanceOf(alice), 60e6);
        vm.assertTrue(token.isRedeemed(alice, r.reference_));
    }

    function test_happensOnce() public {
        Redemption memory r = _aRedemption();
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        _submit(r, signature);
        vm.expectRevert(
            abi.encodeWithSelector(Stablecoin.StablecoinRedeemReferenceUsed.selector, alice, r.reference_)
        );
        _submit(r, signature);
        vm.assertEq(token.balanceOf(alice), 60e6);
    }

    function test_sharesReferencesWithPlainRedeem() public {
        Redemption memory r = _aRedemption();
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        vm.prank(alice);
        token.redeem(r.reference_, UNIT);
        vm.expectRevert(
            abi.encodeWithSelector(Stablecoin.StablecoinRedeemReferenceUsed.selector, alice, r.reference_)
        );
        _submit(r, signature);
    }

    function testFuzz_refusesAnyOtherFieldThanSigned(uint8 field, uint256 seed) public {
        Redemption memory r = _aRedemption();
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        uint256 which = field % 5;
        if (which == 0) r.holder = bob;
        if (which == 1) r.reference_ = keccak256(abi.encode(seed));
        if (which == 2) r.amount = bound(seed, 4_001, 10_000) * UNIT;
        if (which == 3) r.validAfter = bound(seed, 0, START - 2);
        if (which == 4) r.validBefore = bound(seed, START + 3_601, type(uint256).max);
        _expectRefused(r, signature);
    }

    function testFuzz_refusesAnotherSigner(uint256 key) public {
        key = bound(key, 1, type(uint128).max);
        if (key == ALICE_KEY) key = BOB_KEY;
        Redemption memory r = _aRedemption();
        _expectRefused(r, _sign(key, _structHash(r)));
    }

    function test_refusesTheSecondSignatureOfTheSameMessage() public {
        Redemption memory r = _aRedemption();
        _expectRefused(r, _malleate(_sign(ALICE_KEY, _structHash(r))));
    }

    function testFuzz_refusesBytesThatAreNoSignature(bytes calldata noise) public {
        _expectRefused(_aRedemption(), noise);
    }

    function test_refusesASignatureForAnotherToken() public {
        Redemption memory r = _aRedemption();
        Stablecoin other = _deployToken(NAME);
        _expectRefused(r, _signDigest(ALICE_KEY, _digestFor(address(other), NAME, _structHash(r))));
    }

    function test_refusesASignatureForAnotherChain() public {
        Redemption memory r = _aRedemption();
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        vm.chainId(block.chainid + 1);
        _expectRefused(r, signature);
    }

    function testFuzz_isValidStrictlyBetweenItsTimes(uint256 validAfter, uint256 validBefore, uint256 time) public {
        Redemption memory r = _aRedemption();
        time = bound(time, START, START + 100);
        r.validAfter = bound(validAfter, START - 10, START + 110);
        r.validBefore = bound(validBefore, START - 10, START + 110);
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        vm.warp(time);
        if (time <= r.validAfter) {
            vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationNotYetValid.selector, r.validAfter));
        } else if (time >= r.validBefore) {
            vm.expectRevert(abi.encodeWithSelector(Authorization.AuthorizationExpired.selector, r.validBefore));
        }
        _submit(r, signature);
    }

    function test_refusesNobodyAsHolder() public {
        Redemption memory r = _aRedemption();
        r.holder = address(0);
        _expectRefused(r, new bytes(65));
    }

    function test_refusesAFrozenHolderAndWorksAfterwards() public {
        Redemption memory r = _aRedemption();
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        _freeze(alice);
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinFrozen.selector, alice));
        _submit(r, signature);

        vm.prank(freezer);
        token.unfreeze(alice);
        _submit(r, signature);
        vm.assertEq(token.balanceOf(alice), 60e6);
    }

    function test_refusesWhilePaused() public {
        Redemption memory r = _aRedemption();
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        _pause();
        vm.expectRevert(abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        _submit(r, signature);
    }

    function test_refusesPartsOfACent() public {
        Redemption memory r = _aRedemption();
        r.amount = UNIT + 1;
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinAmountInvalid.selector, UNIT + 1));
        _submit(r, signature);
    }

    function test_refusesAReferenceOfZero() public {
        Redemption memory r = _aRedemption();
        r.reference_ = bytes32(0);
        bytes memory signature = _sign(ALICE_KEY, _structHash(r));
        vm.expectRevert(abi.encodeWithSelector(Stablecoin.StablecoinReferenceZero.selector));
        _submit(r, signature);
    }

    function test_servesAHolderThatIsAContract() public {
        ContractWallet wallet = new ContractWallet(alice);
        _issueTo(address(wallet), 10e6);
        Redemption memory r = _aRedemption();
        r.holder = address(wallet);
        r.amount = 10e6;
        _expectRefused(r, _sign(BOB_KEY, _structHash(r)));
        _submit(r, _sign(ALICE_KEY, _structHash(r)));
        vm.assertEq(token.balanceOf(address(wallet)), 0);
    }
}
