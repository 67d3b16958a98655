import { type Chain, listIssuedTokens } from '@feiqian/domain/chains';
import { type Address, type Hash, type Hex, toEventSelector } from 'viem';
import { type Log, toChecksummed } from './answers.ts';
import { type BloomBits, hasBloomBits, toBloomBits } from './bloom.ts';
import { toQuantity } from './quantity.ts';

// Own decoding: a general decoder took three times as long for the same logs.
const topics = {
  transfer: toEventSelector('Transfer(address,address,uint256)'),
  issued: toEventSelector('Issued(bytes32,address,uint256)'),
  redeemed: toEventSelector('Redeemed(bytes32,address,uint256)'),
  relayed: toEventSelector('Relayed(bytes32,address,address,address,uint256,uint256)'),
  paid: toEventSelector('Paid(bytes32,address,address,address,uint256,uint256,uint256)'),
  refunded: toEventSelector('Refunded(bytes32,address,address,address,uint256,uint256,uint256)'),
} as const;

/** The events of our own contracts. */
export type ContractEventName = 'Issued' | 'Redeemed' | 'Relayed' | 'Paid' | 'Refunded';

/** An ERC-20 Transfer of a tracked token. */
export type TokenTransfer = {
  readonly kind: 'transfer';
  readonly token: Address;
  readonly from: Hex;
  readonly to: Hex;
  readonly amount: bigint;
};

/** An event of our own contracts. */
export type ContractEvent = {
  readonly kind: 'event';
  readonly name: ContractEventName;
  readonly contract: Address;
  readonly reference: Hash;
  readonly token: Address;
  /** Issued: receiver. Redeemed: holder. Relayed, paid: payer. Refunded: merchant. Lower case. */
  readonly address: Hex;
  /** Relayed: recipient. Paid: merchant. Refunded: who had paid. Lower case. */
  readonly to: Hex | null;
  readonly amount: bigint;
  readonly fee: bigint | null;
};

/** Which contracts and events of a chain concern us. */
export type LogDecoder = {
  /** The filter for `eth_getLogs`, without the range; undefined when there is no contract, as nodes take an empty list for every contract. */
  readonly filter: { readonly address: readonly Address[]; readonly topics: readonly [readonly Hex[]] } | undefined;
  /** Whether a block with this bloom can have logs for us; `false` is certain. */
  readonly mayConcern: (bloom: Uint8Array) => boolean;
  /** What a log means, or undefined when it is none of ours or not of the form that our contracts emit. */
  readonly decode: (log: Log) => TokenTransfer | ContractEvent | undefined;
};

/**
 * Makes the decoder for the tokens, the relay and the checkout contract of a chain.
 *
 * @param added - Tokens that people follow by hand. Of these, as of listed ones of other issuers, transfers are all that counts.
 */
export function createLogDecoder(chain: Chain, added: readonly Address[] = []): LogDecoder {
  const tokens = new Map([...added, ...chain.tokens.map(({ address }) => address)].map((one) => [toLower(one), one]));
  const issued = new Map(listIssuedTokens(chain).map(({ address }) => [toLower(address), address]));
  const [relay, checkout] = [chain.relay, chain.checkout];
  const own: readonly (readonly [BloomBits, readonly BloomBits[]])[] = [
    ...[...issued.values()].map(
      (address) => [toBloomBits(address), [topics.issued, topics.redeemed].map(toBloomBits)] as const,
    ),
    ...(relay ? [[toBloomBits(relay), [toBloomBits(topics.relayed)]] as const] : []),
    ...(checkout ? [[toBloomBits(checkout), [topics.paid, topics.refunded].map(toBloomBits)] as const] : []),
  ];
  const transfer = toBloomBits(topics.transfer);
  const tokenBits = [...tokens.values()].map(toBloomBits);
  const address = [...tokens.values(), ...[relay, checkout].filter((contract) => contract !== null)];
  return {
    filter: address.length === 0 ? undefined : { address, topics: [Object.values(topics)] },
    mayConcern: (bloom) =>
      (hasBloomBits(bloom, transfer) && tokenBits.some((token) => hasBloomBits(bloom, token))) ||
      own.some(
        ([contract, events]) => hasBloomBits(bloom, contract) && events.some((event) => hasBloomBits(bloom, event)),
      ),
    decode: (log) => {
      const token = tokens.get(log.address);
      if (token) return decodeTokenLog(log, token, issued.has(log.address));
      if (relay && log.address === toLower(relay)) return decodeRelayed(log, relay, issued);
      return checkout && log.address === toLower(checkout) ? decodeCheckout(log, checkout, issued) : undefined;
    },
  };
}

const toLower = (address: Address): Hex => address.toLowerCase() as Hex;

/** The filter's topics for transfers from, and to, any of some addresses. */
export function toTransferTopics(addresses: readonly Address[]): {
  readonly from: readonly (Hex | readonly Hex[] | null)[];
  readonly to: readonly (Hex | readonly Hex[] | null)[];
} {
  const words = addresses.map((address): Hex => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`);
  return { from: [topics.transfer, words], to: [topics.transfer, null, words] };
}

/** The `eth_getLogs` parameter for a range of blocks, both ends included. */
export function toRangeFilter(filter: object, from: number, to: number): object {
  return { ...filter, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
}

function decodeTokenLog(log: Log, token: Address, isIssued: boolean): TokenTransfer | ContractEvent | undefined {
  const [topic, first, second] = log.topics;
  // ERC-721 has the same event name with four topics and is not money; 66 is one word of data.
  if (log.topics.length !== 3 || !first || !second || log.data.length !== 66) return undefined;
  const amount = BigInt(log.data);
  if (topic === topics.transfer) {
    const from = readAddress(first);
    const to = readAddress(second);
    return from && to ? { kind: 'transfer', token, from, to, amount } : undefined;
  }
  const address = readAddress(second);
  if (!address || !isIssued) return undefined;
  const event = {
    kind: 'event',
    contract: token,
    reference: first,
    token,
    address,
    to: null,
    amount,
    fee: null,
  } as const;
  if (topic === topics.issued) return { ...event, name: 'Issued' };
  return topic === topics.redeemed ? { ...event, name: 'Redeemed' } : undefined;
}

function decodeRelayed(log: Log, relay: Address, tokens: ReadonlyMap<Hex, Address>): ContractEvent | undefined {
  const [topic, reference, fromWord, toWord] = log.topics;
  if (topic !== topics.relayed || !reference || !fromWord || !toWord || log.data.length !== 2 + 3 * 64)
    return undefined;
  const address = readAddress(fromWord);
  const to = readAddress(toWord);
  // Anybody can make the relay contract speak of a token of their own: only ours mean something.
  const token = tokens.get(readAddress(`0x${log.data.slice(2, 66)}`) ?? '0x');
  if (!address || !to || !token) return undefined;
  const word = (index: number) => BigInt(`0x${log.data.slice(2 + index * 64, 66 + index * 64)}`);
  return {
    kind: 'event',
    name: 'Relayed',
    contract: relay,
    reference,
    token,
    address,
    to,
    amount: word(1),
    fee: word(2),
  };
}

function decodeCheckout(log: Log, checkout: Address, tokens: ReadonlyMap<Hex, Address>): ContractEvent | undefined {
  const [topic, reference, payerWord, merchantWord] = log.topics;
  if (!reference || !payerWord || !merchantWord || log.data.length !== 2 + 4 * 64) return undefined;
  const name = topic === topics.paid ? 'Paid' : topic === topics.refunded ? 'Refunded' : undefined;
  const [payer, merchant] = [readAddress(payerWord), readAddress(merchantWord)];
  const token = tokens.get(readAddress(`0x${log.data.slice(2, 66)}`) ?? '0x');
  if (!name || !payer || !merchant || !token) return undefined;
  const word = (index: number) => BigInt(`0x${log.data.slice(2 + index * 64, 66 + index * 64)}`);
  // Who gives first, whichever way it goes.
  const [address, to] = name === 'Paid' ? [payer, merchant] : [merchant, payer];
  return { kind: 'event', name, contract: checkout, reference, token, address, to, amount: word(1), fee: word(3) };
}

/** An address in a word; undefined when the word has more than an address in it. */
function readAddress(word: Hex): Hex | undefined {
  return word.startsWith('0x000000000000000000000000') ? `0x${word.slice(26)}` : undefined;
}

/** Sender of newly issued and receiver of redeemed tokens (ERC-20). */
export const zeroAddress = toChecksummed('0x0000000000000000000000000000000000000000');
