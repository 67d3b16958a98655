import { hkdfSync } from 'node:crypto';
import type { Asset } from '@feiqian/domain/assets';
import { listAssets } from '@feiqian/domain/chains';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import { openPool, type Pool } from '../database/pool.ts';
import { openPrisma, type Prisma } from '../database/prisma.ts';
import { createSealer, type Sealer } from '../database/sealed.ts';
import { type AnswerOnce, createAnswerOnce } from '../http/idempotency.ts';
import { createIdentityStore, type IdentityStore } from '../identity/store.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import type { PostWatched } from '../ledger/watched.ts';
import { createSealRecipient } from '../mail/dispatcher.ts';
import { createPostWatched } from '../monitoring/guard.ts';

/** What every noun stands on. */
export type Foundation = {
  readonly config: Config;
  readonly log: FastifyBaseLogger;
  readonly pool: Pool;
  readonly prisma: Prisma;
  readonly ledger: Ledger;
  /** Through this money leaves people's hands, if monitoring lets it. */
  readonly postWatched: PostWatched;
  readonly sealer: Sealer;
  readonly identityStore: IdentityStore;
  readonly assets: readonly Asset[];
  readonly clock: () => Date;
  /** Makes steady answers for unknown e-mail addresses. */
  readonly decoyKey: Uint8Array;
  /** Names e-mail addresses, so that they can be counted without being known. */
  readonly addressKey: Uint8Array;
  /** Hashes the codes that payers show. */
  readonly payCodeKey: Uint8Array;
  /** Names bank accounts, so that one is known again without being known. */
  readonly partyKey: Uint8Array;
  /** Hashes recovery codes. */
  readonly recoveryCodeKey: Uint8Array;
  readonly answers: AnswerOnce;
  readonly close: () => Promise<void>;
};

/** Opens the database and the ledger. */
export function openFoundation(config: Config, log: FastifyBaseLogger): Foundation {
  const pool = openPool({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL_MAX,
    name: 'feiqian service',
    onIdleError: (error) => log.warn({ code: (error as { code?: unknown }).code }, 'a database connection broke'),
  });
  const prisma = openPrisma(pool);
  const ledger = createLedger({
    pool,
    onRetry: (error) => log.warn({ code: (error as { code?: unknown }).code }, 'a ledger batch is repeated'),
  });
  const dataKey = Buffer.from(config.DATA_KEY.slice(2), 'hex');
  const sealer = createSealer(...keyEncryptionKeys(config));
  const assets = listAssets(config.chains);
  const clock = () => new Date();
  return {
    config,
    log,
    pool,
    prisma,
    ledger,
    postWatched: createPostWatched({
      ...{ database: pool, ledger, assets, sealer, clock },
      sealRecipient: config.mail && createSealRecipient(sealer),
    }),
    sealer,
    identityStore: createIdentityStore(prisma),
    assets,
    clock,
    decoyKey: deriveKey(dataKey, 'feiqian decoy salts'),
    addressKey: deriveKey(dataKey, 'feiqian e-mail addresses'),
    payCodeKey: deriveKey(dataKey, 'feiqian pay codes'),
    partyKey: deriveKey(dataKey, 'feiqian bank accounts of payouts'),
    recoveryCodeKey: deriveKey(dataKey, 'feiqian recovery codes'),
    answers: createAnswerOnce({ database: pool, hashKey: deriveKey(dataKey, 'feiqian request hashes') }),
    async close() {
      await ledger.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/**
 * What sealed texts lie under: the keys that the operator names, the current one first, and last the one that follows from the data key,
 * which seals where none is named.
 */
export function keyEncryptionKeys({ KEY_ENCRYPTION_KEYS, DATA_KEY }: Pick<Config, 'KEY_ENCRYPTION_KEYS' | 'DATA_KEY'>) {
  const derived = deriveKey(Buffer.from(DATA_KEY.slice(2), 'hex'), 'feiqian key-encryption key');
  const [first = derived, ...others] = KEY_ENCRYPTION_KEYS.map((key) => Buffer.from(key.slice(2), 'hex'));
  return [first, ...others, derived] as const;
}

function deriveKey(dataKey: Uint8Array, purpose: string): Uint8Array {
  return Buffer.from(hkdfSync('sha256', dataKey, '', purpose, 32));
}
