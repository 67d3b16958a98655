import type { Hash, Hex } from 'viem';
import { isRevert } from './reverts.ts';
import type { Rpc } from './rpc.ts';
import type { RpcRefusal, RpcReply } from './transport.ts';

/** What a node made of raw bytes. */
export type BroadcastOutcome =
  /** It has them, now or already. */
  | 'accepted'
  /** The nonce is used up: by these bytes, or by others. */
  | 'nonce_used'
  /** It wants a higher price. */
  | 'underpriced'
  /** The sender cannot pay for it. */
  | 'funds_missing'
  /** An earlier nonce of the sender is missing. */
  | 'nonce_ahead'
  | 'refused';

/** Something to broadcast. */
export type SignedBytes = { readonly raw: Hex; readonly hash: Hash };

/**
 * Sends raw transactions, in order. Sending the same bytes again is harmless.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE when no node answers; then some may have arrived.
 */
export async function broadcastAll(rpc: Rpc, signed: readonly SignedBytes[]): Promise<BroadcastOutcome[]> {
  const replies = await rpc.batch(signed.map(({ raw }) => ({ method: 'eth_sendRawTransaction', params: [raw] })));
  return replies.map(readOutcome);
}

// JSON-RPC has no codes for these; the words are those of go-ethereum, Erigon, Nethermind, Besu, Hardhat and anvil.
const words: readonly (readonly [RegExp, BroadcastOutcome])[] = [
  [/already known|known transaction|already imported|already exists|already in (?:the )?(?:tx|mem)?pool/i, 'accepted'],
  [/nonce (?:is )?too low|nonce has already been used|old nonce/i, 'nonce_used'],
  [/nonce (?:is )?too high|nonce gap/i, 'nonce_ahead'],
  [/insufficient funds|enough funds|upfront cost/i, 'funds_missing'],
  [
    /underpriced|too low for the next block|less than block base fee|fee too low|gas price too low|fee cap less/i,
    'underpriced',
  ],
];

function readOutcome(reply: RpcReply): BroadcastOutcome {
  return 'result' in reply ? 'accepted' : readRefusal(reply.refusal);
}

function readRefusal(refusal: RpcRefusal): BroadcastOutcome {
  const known = words.find(([pattern]) => pattern.test(refusal.nodeMessage));
  if (known) return known[1];
  // A development node that mines at once answers with the revert of a transaction that it has mined.
  return isRevert(refusal) ? 'accepted' : 'refused';
}
