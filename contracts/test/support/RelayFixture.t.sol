// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Relay} from "../../Relay.sol";
import {StablecoinFixture} from "./StablecoinFixture.t.sol";

/// @title RelayFixture
/// @author Feiqian
/// @notice A relay, and a request that a holder makes. Nonce and hash are put together here, never read from the relay.
abstract contract RelayFixture is StablecoinFixture {
    bytes32 internal constant RECEIVE_TYPE_HASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    Relay internal relay;
    address internal constant collector = address(0xFEE);

    function setUp() public virtual override {
        super.setUp();
        relay = new Relay();
        _issueTo(alice, 100e6);
    }

    function _aRequest() internal view returns (Relay.RelayRequest memory) {
        return Relay.RelayRequest({
            token: address(token),
            from: alice,
            to: bob,
            amount: 25e6,
            fee: 20_000,
            feeReceiver: collector,
            reference_: keccak256("payment 1"),
            validAfter: START - 1,
            validBefore: START + 3_600,
            salt: keccak256("salt 1")
        });
    }

    function _nonce(Relay.RelayRequest memory r) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                block.chainid,
                address(relay),
                r.to,
                r.amount,
                r.fee,
                r.feeReceiver,
                r.reference_,
                r.validBefore,
                r.salt
            )
        );
    }

    function _signRequest(uint256 key, Relay.RelayRequest memory r) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(
                RECEIVE_TYPE_HASH, r.from, address(relay), r.amount + r.fee, r.validAfter, r.validBefore, _nonce(r)
            )
        );
        return _signDigest(key, _digestFor(r.token, NAME, structHash));
    }

    function _submit(Relay.RelayRequest memory r, bytes memory signature) internal {
        vm.prank(stranger);
        relay.relay(r, signature);
    }
}
