// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Eip3009} from "./Eip3009.sol";
import {IssuerBucket} from "./IssuerBucket.sol";

/// @title Stablecoin
/// @author Feiqian
/// @notice A token that stands for cash held by its operator, one for one. Each issue names the payment it answers and
/// is possible once; each redemption names the conversion it asks for. Moves by ERC-20, EIP-2612 and EIP-3009.
/// @dev 6 decimals; cash has 2, so issue and redeem take multiples of {UNIT} only and never round.
/// Every movement goes through {_update}: nothing moves while paused, nothing moves from or to a frozen account.
/// Approvals and calling an authorization off stay possible at all times, because they move nothing.
contract Stablecoin is Eip3009, ERC20Permit, AccessControl, Pausable, IssuerBucket {
    /// @notice May issue, within the bucket.
    bytes32 public constant ISSUER_ROLE = keccak256("ISSUER_ROLE");

    /// @notice May stop and restart all movement.
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    /// @notice May freeze and unfreeze accounts.
    bytes32 public constant FREEZER_ROLE = keccak256("FREEZER_ROLE");

    /// @notice EIP-712 type hash of `RedeemWithAuthorization`.
    bytes32 public constant REDEEM_WITH_AUTHORIZATION_TYPEHASH =
        keccak256(
            "RedeemWithAuthorization(address holder,bytes32 reference,uint256 amount,uint256 validAfter,uint256 validBefore)"
        );

    /// @notice Base units in the smallest amount of cash: 0.01 has 2 decimals and the token has 6.
    uint256 public constant UNIT = 10_000;

    /// @notice True once tokens were issued under a reference. They are issued at most once.
    mapping(bytes32 reference_ => bool issued) public isIssued;

    /// @notice True once a holder redeemed under a reference. References of different holders never meet, so nobody
    /// can use up what somebody else is about to use.
    mapping(address holder => mapping(bytes32 reference_ => bool redeemed)) public isRedeemed;

    /// @notice True while an account can neither send, receive, redeem, be issued to, nor spend an allowance.
    mapping(address account => bool frozen) public isFrozen;

    /// @notice Tokens came into being.
    /// @param reference_ Names the payment that they answer.
    /// @param to Who received them.
    /// @param amount Base units of the token, a multiple of {UNIT}.
    event Issued(bytes32 indexed reference_, address indexed to, uint256 amount);

    /// @notice Tokens ceased to be; the operator owes their holder cash.
    /// @param reference_ Names the conversion that the holder asks for.
    /// @param holder Whose tokens they were.
    /// @param amount Base units of the token, a multiple of {UNIT}.
    event Redeemed(bytes32 indexed reference_, address indexed holder, uint256 amount);

    /// @notice An account was frozen.
    /// @param account The account.
    event Frozen(address indexed account);

    /// @notice An account was unfrozen.
    /// @param account The account.
    event Unfrozen(address indexed account);

    /// @notice A reference of zero names nothing.
    error StablecoinReferenceZero();

    /// @notice Tokens were issued under this reference before.
    /// @param reference_ The reference.
    error StablecoinIssueReferenceUsed(bytes32 reference_);

    /// @notice The holder redeemed under this reference before.
    /// @param holder Whose tokens they were.
    /// @param reference_ The reference.
    error StablecoinRedeemReferenceUsed(address holder, bytes32 reference_);

    /// @notice Only positive multiples of {UNIT} are issued and redeemed.
    /// @param amount Base units of the token.
    error StablecoinAmountInvalid(uint256 amount);

    /// @notice The account is frozen.
    /// @param account The account.
    error StablecoinFrozen(address account);

    /// @notice Tokens sent to their own contract would be lost.
    error StablecoinReceiverIsToken();

    /// @notice The zero address is nobody's.
    error StablecoinAccountZero();

    /// @notice Sets the token up with a full bucket. Nobody may issue, pause or freeze until the admin grants it.
    /// @param name_ Name of the token and of its EIP-712 domain, at most 31 bytes.
    /// @param symbol_ Ticker.
    /// @param admin Who grants roles and sets the bucket.
    /// @param bucketCapacity_ Most that can be issued at once, in base units.
    /// @param bucketRefillPerSecond_ What may be issued again each second, in base units.
    constructor(
        string memory name_,
        string memory symbol_,
        address admin,
        uint256 bucketCapacity_,
        uint256 bucketRefillPerSecond_
    ) ERC20(name_, symbol_) ERC20Permit(name_) IssuerBucket(bucketCapacity_, bucketRefillPerSecond_) {
        if (admin == address(0)) revert StablecoinAccountZero();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
    }

    /// @notice Issues tokens for a payment that the operator holds. Only for the issuer, once for each reference.
    /// @param reference_ Names the payment; not zero.
    /// @param to Who receives.
    /// @param amount Base units of the token, a positive multiple of {UNIT}, at most {bucketLevel}.
    function issue(bytes32 reference_, address to, uint256 amount) external onlyRole(ISSUER_ROLE) {
        _requireReferenceAndUnits(reference_, amount);
        if (isIssued[reference_]) revert StablecoinIssueReferenceUsed(reference_);

        isIssued[reference_] = true;
        _takeFromBucket(amount);
        _mint(to, amount);
        emit Issued(reference_, to, amount);
    }

    /// @notice Gives the caller's own tokens up for cash.
    /// @param reference_ Names the conversion; not zero, and not used by this holder before.
    /// @param amount Base units of the token, a positive multiple of {UNIT}.
    function redeem(bytes32 reference_, uint256 amount) external {
        _redeem(msg.sender, reference_, amount);
    }

    /// @notice Gives tokens up for cash as their holder signed. Anybody may submit it.
    /// @param holder Whose tokens; an account or an ERC-1271 contract.
    /// @param reference_ Names the conversion; not zero, and not used by this holder before.
    /// @param amount Base units of the token, a positive multiple of {UNIT}.
    /// @param validAfter Unix time in seconds; possible strictly after it.
    /// @param validBefore Unix time in seconds; possible strictly before it.
    /// @param signature The holder's over `RedeemWithAuthorization`: 65 bytes, or what its ERC-1271 contract accepts.
    function redeemWithAuthorization(
        address holder,
        bytes32 reference_,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external {
        _requireValidNow(validAfter, validBefore);
        bytes32 structHash = keccak256(
            abi.encode(REDEEM_WITH_AUTHORIZATION_TYPEHASH, holder, reference_, amount, validAfter, validBefore)
        );
        _requireSignedBy(holder, structHash, signature);
        _redeem(holder, reference_, amount);
    }

    /// @notice Stops issuing, redeeming and every transfer.
    function pause() external onlyRole(PAUSER_ROLE) {
        _pause();
    }

    /// @notice Ends a pause.
    function unpause() external onlyRole(PAUSER_ROLE) {
        _unpause();
    }

    /// @notice Freezes an account. Freezing a frozen one changes nothing.
    /// @param account The account.
    function freeze(address account) external onlyRole(FREEZER_ROLE) {
        if (account == address(0)) revert StablecoinAccountZero();
        if (isFrozen[account]) return;
        isFrozen[account] = true;
        emit Frozen(account);
    }

    /// @notice Ends the freezing of an account. Unfreezing one that is not frozen changes nothing.
    /// @param account The account.
    function unfreeze(address account) external onlyRole(FREEZER_ROLE) {
        if (!isFrozen[account]) return;
        isFrozen[account] = false;
        emit Unfrozen(account);
    }

    /// @notice Sets the limits of issuing from now on; time that has passed keeps counting at the old rate.
    /// @param capacity Most that can be issued at once, in base units.
    /// @param refillPerSecond What may be issued again each second, in base units.
    function setBucket(uint256 capacity, uint256 refillPerSecond) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setBucket(capacity, refillPerSecond);
    }

    /// @notice Digits after the point.
    /// @return digits Always 6.
    function decimals() public pure override returns (uint8 digits) {
        return 6;
    }

    /// @notice Every movement, issue and redemption passes here.
    /// @param from Who gives; zero when tokens are issued.
    /// @param to Who receives; zero when tokens are redeemed.
    /// @param value Base units of the token.
    function _update(address from, address to, uint256 value) internal override whenNotPaused {
        // The zero address (issue, redeem) can never be frozen.
        if (isFrozen[from]) revert StablecoinFrozen(from);
        if (isFrozen[to]) revert StablecoinFrozen(to);
        if (to == address(this)) revert StablecoinReceiverIsToken();
        super._update(from, to, value);
    }

    /// @notice A frozen account spends nobody's allowance.
    /// @param owner Whose tokens.
    /// @param spender Who was allowed to spend them, and calls.
    /// @param value Base units of the token.
    function _spendAllowance(address owner, address spender, uint256 value) internal override {
        if (isFrozen[spender]) revert StablecoinFrozen(spender);
        super._spendAllowance(owner, spender, value);
    }

    /// @notice Burns a holder's tokens under a reference, once.
    /// @param holder Whose tokens.
    /// @param reference_ Names the conversion.
    /// @param amount Base units of the token.
    function _redeem(address holder, bytes32 reference_, uint256 amount) private {
        _requireReferenceAndUnits(reference_, amount);
        if (isRedeemed[holder][reference_]) revert StablecoinRedeemReferenceUsed(holder, reference_);

        isRedeemed[holder][reference_] = true;
        _burn(holder, amount);
        emit Redeemed(reference_, holder, amount);
    }

    /// @notice Refuses a reference of zero and an amount that is not a whole number of cents.
    /// @param reference_ The reference.
    /// @param amount Base units of the token.
    function _requireReferenceAndUnits(bytes32 reference_, uint256 amount) private pure {
        if (reference_ == bytes32(0)) revert StablecoinReferenceZero();
        if (amount == 0 || amount % UNIT != 0) revert StablecoinAmountInvalid(amount);
    }
}
