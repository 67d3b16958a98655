/** The secrets of an embedded product: made once, kept in one file that only its owner can read. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Hex } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import { z } from 'zod';

const hex32 = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<Hex>;
const ed25519 = z.object({ seed: z.string(), publicKey: z.string() });

const keysSchema = z.object({
  database: z.object({ superuser: z.string(), owner: z.string(), service: z.string() }),
  chain: z.object({ admin: hex32, issuer: hex32, relayer: hex32 }),
  data: hex32,
  sandbox: z.object({ gateway: ed25519, merchant: ed25519 }),
});

/** Passwords of the database roles, private keys on the local chain, the key for personal data, both sides' keys at the sandbox gateway. */
export type ProductKeys = z.infer<typeof keysSchema>;

/**
 * Reads the keys, or makes them when there are none.
 *
 * @throws {Error} When the file is damaged: making new keys would lock the data of the old ones for good.
 */
export function ensureKeys(path: string): ProductKeys {
  if (existsSync(path)) {
    const parsed = keysSchema.safeParse(readJson(path));
    if (!parsed.success)
      throw new Error(
        `The keys in ${path} can't be read. Restore the file from a backup, or begin anew with npm start -- --fresh.`,
      );
    return parsed.data;
  }
  const keys: ProductKeys = {
    database: { superuser: makePassword(), owner: makePassword(), service: makePassword() },
    chain: { admin: generatePrivateKey(), issuer: generatePrivateKey(), relayer: generatePrivateKey() },
    data: `0x${randomBytes(32).toString('hex')}`,
    sandbox: { gateway: makeEd25519(), merchant: makeEd25519() },
  };
  const draft = `${path}.draft`;
  writeFileSync(draft, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, path);
  return keys;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function makePassword(): string {
  return randomBytes(24).toString('base64url');
}

/** RFC 8032 key pair, both parts raw and base64url as RFC 8037 writes them. */
function makeEd25519(): { seed: string; publicKey: string } {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (d === undefined || x === undefined) throw new Error('Node made an Ed25519 key without its parts.');
  return { seed: d, publicKey: x };
}
