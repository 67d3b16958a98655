// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stablecoin} from "../../Stablecoin.sol";
import {TestBase} from "./TestBase.t.sol";

/// @title StablecoinFixture
/// @author Feiqian
/// @notice A token with one person for each role and two holders with keys.
/// @dev Hashes that holders sign are put together here from the standards' text, never read from the contract.
abstract contract StablecoinFixture is TestBase {
    string internal constant NAME = "Test Dollar";
    uint256 internal constant CAPACITY = 1_000_000e6;
    uint256 internal constant REFILL = 10e6;
    uint256 internal constant UNIT = 10_000;
    uint256 internal constant ALICE_KEY = 0xA11CE;
    uint256 internal constant BOB_KEY = 0xB0B;

    Stablecoin internal token;
    address internal constant admin = address(0xAD);
    address internal constant issuer = address(0x155);
    address internal constant pauser = address(0x9A5);
    address internal constant freezer = address(0xF4E);
    address internal constant stranger = address(0x57A);
    address internal alice;
    address internal bob;

    uint256 private _issues;

    function setUp() public virtual {
        vm.warp(START);
        alice = vm.addr(ALICE_KEY);
        bob = vm.addr(BOB_KEY);
        token = _deployToken(NAME);
    }

    function _deployToken(string memory name) internal returns (Stablecoin deployed) {
        deployed = new Stablecoin(name, "TUSD", admin, CAPACITY, REFILL);
        vm.startPrank(admin);
        deployed.grantRole(deployed.ISSUER_ROLE(), issuer);
        deployed.grantRole(deployed.PAUSER_ROLE(), pauser);
        deployed.grantRole(deployed.FREEZER_ROLE(), freezer);
        vm.stopPrank();
    }

    function _issueTo(address to, uint256 amount) internal {
        bytes32 reference_ = keccak256(abi.encode("fixture", ++_issues));
        vm.prank(issuer);
        token.issue(reference_, to, amount);
    }

    function _pause() internal {
        vm.prank(pauser);
        token.pause();
    }

    function _freeze(address account) internal {
        vm.prank(freezer);
        token.freeze(account);
    }

    function _digestFor(address verifyingContract, string memory name, bytes32 structHash)
        internal
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                block.chainid,
                verifyingContract
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return _digestFor(address(token), NAME, structHash);
    }

    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return _signDigest(key, _digest(structHash));
    }

    function _signDigest(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @notice Takes 65 bytes r, s, v apart.
    function _split(bytes memory signature) internal pure returns (uint8 v, bytes32 r, bytes32 s) {
        require(signature.length == 65, "_split: length");
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }

    /// @notice The other signature that plain `ecrecover` accepts for the same message and key.
    function _malleate(bytes memory signature) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = _split(signature);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        return abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }
}
