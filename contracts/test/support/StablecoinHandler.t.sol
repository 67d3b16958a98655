// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stablecoin} from "../../Stablecoin.sol";
import {StablecoinFixture} from "./StablecoinFixture.t.sol";

/// @title StablecoinHandler
/// @author Feiqian
/// @notice Does random things to a token and keeps a plain model beside it. Each step first says from the model alone
/// whether it must succeed; a token that does otherwise fails the run. References come from a small set, so that
/// holders, issuer and replays run into each other all the time.
contract StablecoinHandler is StablecoinFixture {
    uint256 public constant HOLDERS = 4;
    uint256 public constant REFERENCES = 6;

    /// @notice State at the moment before an issue; each one opens a window in which the bucket is checked.
    struct Window {
        uint256 issuedBefore;
        uint256 flowBefore;
        uint256 capacity;
    }

    mapping(address holder => uint256 balance) public balanceOf;
    mapping(address holder => bool frozen) public isFrozen;
    mapping(bytes32 reference_ => uint256 times) public issues;
    mapping(address holder => mapping(bytes32 reference_ => uint256 times)) public redemptions;
    mapping(address holder => mapping(bytes32 nonce => bool used)) public isNonceUsed;
    bool public isPaused;
    uint256 public issuedTotal;
    uint256 public redeemedTotal;
    Window[] public windows;

    /// @notice What may have flowed into the bucket since the start: the sum of rate times seconds.
    uint256 public flow;
    uint256 public capacity;
    uint256 private _refill;
    uint256 private _level;
    address[HOLDERS] private _holders;

    constructor() {
        setUp();
        for (uint256 i = 0; i < HOLDERS; ++i) _holders[i] = vm.addr(_keyAt(i));
        capacity = CAPACITY;
        _refill = REFILL;
        _level = CAPACITY;
    }

    function getToken() external view returns (Stablecoin) {
        return token;
    }

    function windowCount() external view returns (uint256) {
        return windows.length;
    }

    function holderAt(uint256 index) public view returns (address) {
        return _holders[index % HOLDERS];
    }

    function referenceAt(uint256 index) public pure returns (bytes32) {
        return bytes32(index % REFERENCES);
    }

    function issue(uint256 reference_, uint256 to, uint256 amount) external {
        bytes32 name = referenceAt(reference_);
        address holder = holderAt(to);
        amount = _anAmount(amount, _level + UNIT);
        bool isRight = name != 0 && amount != 0 && amount % UNIT == 0 && issues[name] == 0 && amount <= _level;
        vm.prank(issuer);
        try token.issue(name, holder, amount) {
            _require(isRight && _canMove(holder, holder), "issue succeeded");
            windows.push(Window(issuedTotal, flow, capacity));
            ++issues[name];
            issuedTotal += amount;
            balanceOf[holder] += amount;
            _level -= amount;
        } catch {
            _require(!(isRight && _canMove(holder, holder)), "issue failed");
        }
    }

    /// @notice Issues under a reference that was never used, so that there is always something to move.
    function issueFresh(uint256 to, uint256 amount) external {
        if (_level < UNIT) return;
        address holder = holderAt(to);
        bytes32 name = keccak256(abi.encode("fresh", windows.length, issuedTotal));
        amount = bound(amount, 1, _level / UNIT) * UNIT;
        vm.prank(issuer);
        try token.issue(name, holder, amount) {
            _require(_canMove(holder, holder), "fresh issue succeeded");
            windows.push(Window(issuedTotal, flow, capacity));
            issuedTotal += amount;
            balanceOf[holder] += amount;
            _level -= amount;
        } catch {
            _require(!_canMove(holder, holder), "fresh issue failed");
        }
    }

    function redeem(uint256 reference_, uint256 who, uint256 amount, bool isSigned) external {
        bytes32 name = referenceAt(reference_);
        address holder = holderAt(who);
        amount = _anAmount(amount, balanceOf[holder] + UNIT);
        bool isRight = name != 0 && amount != 0 && amount % UNIT == 0 && redemptions[holder][name] == 0
            && amount <= balanceOf[holder] && _canMove(holder, holder);
        if (_tryRedeem(name, who, amount, isSigned)) {
            _require(isRight, "redeem succeeded");
            ++redemptions[holder][name];
            redeemedTotal += amount;
            balanceOf[holder] -= amount;
        } else {
            _require(!isRight, "redeem failed");
        }
    }

    function transfer(uint256 from, uint256 to, uint256 amount) external {
        address sender = holderAt(from);
        address receiver = holderAt(to);
        amount = bound(amount, 0, balanceOf[sender] + 1);
        bool isRight = amount <= balanceOf[sender] && _canMove(sender, receiver);
        vm.prank(sender);
        try token.transfer(receiver, amount) {
            _require(isRight, "transfer succeeded");
            _moved(sender, receiver, amount);
        } catch {
            _require(!isRight, "transfer failed");
        }
    }

    function transferFrom(uint256 from, uint256 spender, uint256 to, uint256 amount) external {
        address owner = holderAt(from);
        address caller = holderAt(spender);
        address receiver = holderAt(to);
        amount = bound(amount, 1, balanceOf[owner] + 1);
        bool isRight = amount <= balanceOf[owner] && _canMove(owner, receiver) && !isFrozen[caller];
        vm.prank(owner);
        token.approve(caller, amount);
        vm.prank(caller);
        try token.transferFrom(owner, receiver, amount) {
            _require(isRight, "transferFrom succeeded");
            _moved(owner, receiver, amount);
        } catch {
            _require(!isRight, "transferFrom failed");
        }
    }

    /// @notice Nonces come from a small set too, so that most of them are replays.
    function transferWithAuthorization(uint256 from, uint256 to, uint256 amount, uint256 nonce) external {
        address sender = holderAt(from);
        amount = bound(amount, 0, balanceOf[sender] + 1);
        bytes32 name = bytes32(nonce % 8);
        bool isRight =
            amount <= balanceOf[sender] && _canMove(sender, holderAt(to)) && !isNonceUsed[sender][name];
        if (_tryTransferWithAuthorization(from, holderAt(to), amount, name)) {
            _require(isRight, "transferWithAuthorization succeeded");
            isNonceUsed[sender][name] = true;
            _moved(sender, holderAt(to), amount);
        } else {
            _require(!isRight, "transferWithAuthorization failed");
        }
    }

    function togglePause(uint256 chance) external {
        // Mostly unpaused, or little else would be tried.
        bool wanted = chance % 8 == 0;
        if (wanted == isPaused) return;
        vm.prank(pauser);
        if (wanted) token.pause();
        else token.unpause();
        isPaused = wanted;
    }

    function setFrozen(uint256 who, uint256 chance) external {
        address holder = holderAt(who);
        bool wanted = chance % 4 == 0;
        vm.prank(freezer);
        if (wanted) token.freeze(holder);
        else token.unfreeze(holder);
        isFrozen[holder] = wanted;
    }

    function wait(uint256 elapsed) external {
        elapsed = bound(elapsed, 1, 20_000);
        vm.warp(block.timestamp + elapsed);
        flow += elapsed * _refill;
        uint256 refilled = _level + elapsed * _refill;
        _level = refilled < capacity ? refilled : capacity;
    }

    function setBucket(uint256 newCapacity, uint256 newRefill) external {
        capacity = bound(newCapacity, 0, 2 * CAPACITY);
        _refill = bound(newRefill, 0, 2 * REFILL);
        if (_level > capacity) _level = capacity;
        vm.prank(admin);
        token.setBucket(capacity, _refill);
    }

    /// @notice What the model says may be issued now.
    function expectedLevel() external view returns (uint256) {
        return _level;
    }

    function _tryRedeem(bytes32 name, uint256 who, uint256 amount, bool isSigned) private returns (bool) {
        address holder = holderAt(who);
        if (!isSigned) {
            vm.prank(holder);
            try token.redeem(name, amount) {
                return true;
            } catch {
                return false;
            }
        }
        uint256 validBefore = block.timestamp + 1;
        bytes32 structHash =
            keccak256(abi.encode(token.REDEEM_WITH_AUTHORIZATION_TYPEHASH(), holder, name, amount, 0, validBefore));
        try token.redeemWithAuthorization(holder, name, amount, 0, validBefore, _sign(_keyAt(who), structHash)) {
            return true;
        } catch {
            return false;
        }
    }

    function _tryTransferWithAuthorization(uint256 from, address to, uint256 amount, bytes32 nonce)
        private
        returns (bool)
    {
        address sender = holderAt(from);
        uint256 validBefore = block.timestamp + 1;
        bytes32 structHash = keccak256(
            abi.encode(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), sender, to, amount, 0, validBefore, nonce)
        );
        bytes memory signature = _sign(_keyAt(from), structHash);
        try token.transferWithAuthorization(sender, to, amount, 0, validBefore, nonce, signature) {
            return true;
        } catch {
            return false;
        }
    }

    function _moved(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }

    function _canMove(address from, address to) private view returns (bool) {
        return !isPaused && !isFrozen[from] && !isFrozen[to];
    }

    /// @notice Mostly whole cents, sometimes not.
    function _anAmount(uint256 seed, uint256 max) private pure returns (uint256) {
        uint256 amount = bound(seed, 0, max);
        return seed % 8 == 0 ? amount : amount - (amount % UNIT);
    }

    function _keyAt(uint256 index) private pure returns (uint256) {
        return 1_000 + (index % HOLDERS);
    }

    function _require(bool condition, string memory why) private pure {
        vm.assertTrue(condition, why);
    }
}
