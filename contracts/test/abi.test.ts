import { checkoutAbi } from '@feiqian/contracts/abi/checkout';
import { relayAbi } from '@feiqian/contracts/abi/relay';
import { stablecoinAbi } from '@feiqian/contracts/abi/stablecoin';
import { type Abi, encodeErrorResult, toEventSelector, toFunctionSelector } from 'viem';
import { formatAbiItem } from 'viem/utils';
import { describe, expect, it } from 'vitest';

/** Name and parameters as in Solidity, for instance `issue(bytes32 reference, address to, uint256 amount)`. */
function listSignatures(abi: Abi, type: 'event' | 'function' | 'error'): string[] {
  return abi.filter((item) => item.type === type).map((item) => formatAbiItem(item, { includeName: true }));
}

/** Parameters of an event by which nodes can search. */
function listIndexed(abi: Abi, name: string): (string | undefined)[] {
  return abi.flatMap((item) =>
    item.type === 'event' && item.name === name
      ? item.inputs.filter(({ indexed }) => indexed).map((input) => input.name)
      : [],
  );
}

describe('stablecoinAbi', () => {
  it('has the functions that the service and the wallet call', () => {
    expect(listSignatures(stablecoinAbi, 'function')).toEqual(
      expect.arrayContaining([
        'issue(bytes32 reference, address to, uint256 amount)',
        'isIssued(bytes32 reference)',
        'redeem(bytes32 reference, uint256 amount)',
        'redeemWithAuthorization(address holder, bytes32 reference, uint256 amount, uint256 validAfter, uint256 validBefore, bytes signature)',
        'isRedeemed(address holder, bytes32 reference)',
        'permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
        'transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
        'transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)',
        'receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
        'receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)',
        'cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s)',
        'cancelAuthorization(address authorizer, bytes32 nonce, bytes signature)',
        'authorizationState(address authorizer, bytes32 nonce)',
        'pause()',
        'unpause()',
        'freeze(address account)',
        'unfreeze(address account)',
        'isFrozen(address account)',
        'setBucket(uint256 capacity, uint256 refillPerSecond)',
        'bucketLevel()',
      ]),
    );
  });

  it('has the events that the indexer reads, the reference first', () => {
    expect(listSignatures(stablecoinAbi, 'event')).toEqual(
      expect.arrayContaining([
        'Issued(bytes32 reference, address to, uint256 amount)',
        'Redeemed(bytes32 reference, address holder, uint256 amount)',
        'Transfer(address from, address to, uint256 value)',
      ]),
    );
    expect(listIndexed(stablecoinAbi, 'Issued')).toEqual(['reference', 'to']);
    expect(listIndexed(stablecoinAbi, 'Redeemed')).toEqual(['reference', 'holder']);
    expect(listIndexed(stablecoinAbi, 'Transfer')).toEqual(['from', 'to']);
    expect(toEventSelector('Transfer(address,address,uint256)')).toBe(
      '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
    );
  });

  it('has the selectors of the standards', () => {
    const selectors = stablecoinAbi.filter((item) => item.type === 'function').map((item) => toFunctionSelector(item));
    // EIP-3009 as USDC has it on Ethereum: transfer, receive and cancel, with the signature in parts and as bytes.
    expect(selectors).toEqual(
      expect.arrayContaining(['0xe3ee160e', '0xef55bec6', '0x5a049a70', '0xcf092995', '0x88b7ab63', '0xb7b72899']),
    );
    // EIP-2612: permit, nonces, DOMAIN_SEPARATOR.
    expect(selectors).toEqual(expect.arrayContaining(['0xd505accf', '0x7ecebe00', '0x3644e515']));
  });
});

describe('relayAbi', () => {
  it('takes a request as one tuple and tells what it did', () => {
    const request =
      '(address token, address from, address to, uint256 amount, uint256 fee, address feeReceiver, bytes32 reference, uint256 validAfter, uint256 validBefore, bytes32 salt)';
    expect(listSignatures(relayAbi, 'function')).toEqual([`nonceOf(${request})`, `relay(${request}, bytes signature)`]);
    expect(listSignatures(relayAbi, 'event')).toEqual([
      'Relayed(bytes32 reference, address from, address to, address token, uint256 amount, uint256 fee)',
    ]);
    expect(listIndexed(relayAbi, 'Relayed')).toEqual(['reference', 'from', 'to']);
  });
});

describe('checkoutAbi', () => {
  const request = '(address merchant, address token, uint256 amount, uint256 validBefore, bytes32 salt)';
  const terms =
    '(address payer, uint256 amount, uint256 fee, address feeReceiver, uint256 validAfter, uint256 validBefore, bytes32 salt)';

  it('pays and refunds a request that is named as one tuple', () => {
    expect(listSignatures(checkoutAbi, 'function').toSorted()).toEqual([
      'REFUND_TAG()',
      'paidBy(bytes32 reference, address payer)',
      `pay(${request}, uint256 amount)`,
      `payWithAuthorization(${request}, ${terms}, bytes signature)`,
      `payWithPermit(${request}, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)`,
      `paymentNonceOf(bytes32 reference, ${terms})`,
      `referenceOf(${request})`,
      `refund(${request}, address payer, uint256 amount)`,
      `refundNonceOf(bytes32 reference, ${terms})`,
      `refundWithAuthorization(${request}, ${terms}, bytes signature)`,
      'refundedTo(bytes32 reference, address payer)',
      'totalPaid(bytes32 reference)',
    ]);
  });

  it('has the events that tell a merchant, the reference first', () => {
    expect(listSignatures(checkoutAbi, 'event')).toEqual([
      'Paid(bytes32 reference, address payer, address merchant, address token, uint256 amount, uint256 totalPaid, uint256 fee)',
      'Refunded(bytes32 reference, address payer, address merchant, address token, uint256 amount, uint256 totalRefunded, uint256 fee)',
    ]);
    for (const name of ['Paid', 'Refunded'])
      expect(listIndexed(checkoutAbi, name)).toEqual(['reference', 'payer', 'merchant']);
  });
});

describe('all', () => {
  it('name no parameter with the underscore that Solidity needs', () => {
    expect(JSON.stringify([stablecoinAbi, relayAbi, checkoutAbi])).not.toMatch(/_"/);
  });

  it('name their errors after the contract, so that a name means one thing', () => {
    // The relay also shows the error of the library that it moves tokens with, the checkout that of its guard too.
    expect(listSignatures(relayAbi, 'error').every((error) => /^(Relay|SafeERC20)/.test(error))).toBe(true);
    expect(
      listSignatures(checkoutAbi, 'error').every((error) => /^(Checkout|SafeERC20|ReentrancyGuard)/.test(error)),
    ).toBe(true);
    const own = listSignatures(stablecoinAbi, 'error').filter(
      (error) =>
        !/^(ERC20|ERC2612|ECDSA|AccessControl|SafeCast)|^(EnforcedPause|ExpectedPause|InvalidAccountNonce|InvalidShortString|StringTooLong)/.test(
          error,
        ),
    );
    expect(own.every((error) => /^(Stablecoin|IssuerBucket|Eip3009|Authorization)/.test(error))).toBe(true);
    expect(encodeErrorResult({ abi: stablecoinAbi, errorName: 'StablecoinReferenceZero' })).toHaveLength(10);
  });
});
