// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Relay} from "../../Relay.sol";
import {Stablecoin} from "../../Stablecoin.sol";
import {RelayFixture} from "./RelayFixture.t.sol";

/// @title RelayHandler
/// @author Feiqian
/// @notice Holders sign requests; somebody submits them as they are, changed, again, or past the relay. A plain model
/// says what everybody must own afterwards.
contract RelayHandler is RelayFixture {
    uint256 public constant PEOPLE = 4;

    struct SignedRequest {
        Relay.RelayRequest request;
        bytes signature;
        bool isUsed;
    }

    mapping(address account => uint256 balance) public balanceOf;
    uint256 public strayed;
    SignedRequest[] private _signed;
    address[PEOPLE] private _people;

    constructor() {
        setUp();
        for (uint256 i = 0; i < PEOPLE; ++i) {
            _people[i] = vm.addr(_keyAt(i));
            _issueTo(personAt(i), 1_000e6);
            balanceOf[personAt(i)] = 1_000e6;
        }
    }

    function getToken() external view returns (Stablecoin) {
        return token;
    }

    function getRelay() external view returns (address) {
        return address(relay);
    }

    function personAt(uint256 index) public view returns (address) {
        return _people[index % PEOPLE];
    }

    /// @notice Somebody signs a request that they can pay for; it may be submitted at once or later, or never.
    function sign(uint256 from, uint256 to, uint256 feeReceiver, uint256 amount, uint256 fee) external {
        Relay.RelayRequest memory r = _aRequest();
        r.from = personAt(from);
        r.to = personAt(to);
        r.feeReceiver = personAt(feeReceiver);
        r.amount = bound(amount, 1, 50e6);
        r.fee = bound(fee, 0, 5e6);
        r.salt = bytes32(_signed.length);
        _signed.push(SignedRequest(r, _signRequest(_keyAt(from), r), false));
    }

    function submit(uint256 which) external {
        if (_signed.length == 0) return;
        SignedRequest storage signed = _signed[which % _signed.length];
        Relay.RelayRequest memory r = signed.request;
        bool isRight = !signed.isUsed && balanceOf[r.from] >= r.amount + r.fee;
        vm.prank(stranger);
        try relay.relay(r, signed.signature) {
            vm.assertTrue(isRight, "relay succeeded");
            signed.isUsed = true;
            balanceOf[r.from] -= r.amount + r.fee;
            balanceOf[r.to] += r.amount;
            balanceOf[r.feeReceiver] += r.fee;
        } catch {
            vm.assertFalse(isRight, "relay failed");
        }
    }

    /// @notice Changes one or several fields of a signed request and hopes.
    function submitChanged(uint256 which, uint256 fields, uint256 seed) external {
        if (_signed.length == 0) return;
        SignedRequest storage signed = _signed[which % _signed.length];
        Relay.RelayRequest memory r = signed.request;
        bytes32 before = keccak256(abi.encode(r));
        if (fields & 1 != 0) r.to = personAt(seed);
        if (fields & 2 != 0) r.feeReceiver = personAt(seed / 4);
        if (fields & 4 != 0) (r.amount, r.fee) = (r.amount + r.fee - (seed % (r.amount + r.fee)), seed % (r.amount + r.fee));
        if (fields & 8 != 0) r.reference_ = bytes32(seed);
        if (fields & 16 != 0) r.validBefore = START + (seed % 7_200);
        if (fields & 32 != 0) r.validAfter = seed % START;
        if (fields & 64 != 0) r.salt = bytes32(seed % _signed.length);
        if (fields & 128 != 0) r.from = personAt(seed / 16);
        if (keccak256(abi.encode(r)) == before) return;
        try relay.relay(r, signed.signature) {
            vm.assertTrue(false, "a changed request was carried out");
        } catch {}
    }

    /// @notice Takes the authorization to the token directly, hoping to strand or split the money.
    function bypass(uint256 which, uint256 caller) external {
        if (_signed.length == 0) return;
        SignedRequest storage signed = _signed[which % _signed.length];
        Relay.RelayRequest memory r = signed.request;
        bytes32 nonce = _nonce(r);
        vm.prank(personAt(caller));
        try token.receiveWithAuthorization(
            r.from, address(relay), r.amount + r.fee, r.validAfter, r.validBefore, nonce, signed.signature
        ) {
            vm.assertTrue(false, "an authorization was taken past the relay");
        } catch {}
    }

    /// @notice Somebody pastes the relay's address as recipient.
    function stray(uint256 from, uint256 amount) external {
        address sender = personAt(from);
        amount = bound(amount, 0, balanceOf[sender] < 1e6 ? balanceOf[sender] : 1e6);
        vm.prank(sender);
        token.transfer(address(relay), amount);
        balanceOf[sender] -= amount;
        strayed += amount;
    }

    function _keyAt(uint256 index) private pure returns (uint256) {
        return 2_000 + (index % PEOPLE);
    }
}
