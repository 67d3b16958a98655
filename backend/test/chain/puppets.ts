/** Contracts that do what no honest one does, in bytes: there is nothing to compile, and nothing of them is ever deployed. */
import { type Address, concatHex, encodeAbiParameters, type Hex, pad, toEventSelector } from 'viem';

const word = (value: Hex): Hex => pad(value, { size: 32 });
const hex = (address: Address): Hex => address.toLowerCase() as Hex;

/** Emits a log of three topics as the call says it: topics first, then data. Then answers "true". */
const emitThree: Hex = '0x6060360360605f376040356020355f35606036035fa3';
/** The same with four topics, as an NFT's. */
const emitFour: Hex = '0x6080360360805f376060356040356020355f35608036035fa4';
const answerTrue: Hex = '0x60015f5260205ff3';

export const puppets = {
  emitter: concatHex([emitThree, answerTrue]),
  nftEmitter: concatHex([emitFour, answerTrue]),
  /** A hundred logs in one transaction. */
  manyEmitter: concatHex([...Array.from({ length: 100 }, () => emitThree), answerTrue]),
  /** Succeeds, does nothing, and answers "false". */
  liar: '0x5f5f5260205ff3' as Hex,
  /** Hands the call and its coin on, and does not mind how that ends. */
  forwarder: (to: Address): Hex => concatHex(['0x365f5f375f5f365f3473', hex(to), '0x5af15000']),
  /** Hands the call on, and then undoes everything. */
  undoer: (to: Address): Hex => concatHex(['0x365f5f375f5f365f3473', hex(to), '0x5af1505f5ffd']),
} as const;

type Said = { readonly event: string; readonly topics: readonly Hex[]; readonly data: readonly bigint[] };

/** The call that makes an emitter say an event. */
export function toSay({ event, topics, data }: Said): Hex {
  const numbers = data.map((value) => encodeAbiParameters([{ type: 'uint256' }], [value]));
  return concatHex([toEventSelector(event), ...topics.map(word), ...numbers]);
}

/** The call that makes an emitter say that tokens moved. */
export const sayTransfer = (from: Address, to: Address, amount: bigint): Hex =>
  toSay({ event: 'Transfer(address,address,uint256)', topics: [from, to], data: [amount] });
