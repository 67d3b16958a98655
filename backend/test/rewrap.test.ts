/** A new key-encryption key, put in place beside a running service. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { PayoutRuleWire } from '@feiqian/domain/api/payouts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyEncryptionKeys } from '../src/compose/foundation.ts';
import { readEncryptionKeys } from '../src/config.ts';
import type { Pool } from '../src/database/pool.ts';
import { rewrapAll, sealedPlaces } from '../src/database/rewrap.ts';
import { createSealer } from '../src/database/sealed.ts';
import { type RunningWorld, startWorld } from './access/world.ts';
import { sandboxAccounts } from './payments/sandbox-process.ts';

const newHex = () => `0x${randomBytes(32).toString('hex')}`;
const DATA_KEY = newHex();
const [derived] = keyEncryptionKeys(readEncryptionKeys({ DATA_KEY }));
/** The next one, and what a service that has both reads and writes with. */
const next = newHex();
const keys = keyEncryptionKeys(readEncryptionKeys({ DATA_KEY, KEY_ENCRYPTION_KEYS: next }));
const both = createSealer(...keys);
const nextAlone = createSealer(keys[0]);

let world: RunningWorld;
let owner: Pool;
beforeAll(async () => {
  world = await startWorld({ DATA_KEY, KEY_ENCRYPTION_KEYS: `0x${Buffer.from(derived).toString('hex')},${next}` });
  owner = world.service.database.connect('owner', 2);
  await asOwner('POST', `/v1/payment-requests/${world.ids.open}/receipts`, {
    email: 'who@example.com',
    language: 'zh',
  });
  await world.payer.post(`/v1/payment-requests/${world.ids.open}/payments`, { rail: 'cash' });
  await asOwner('POST', `/v1/payment-requests/${world.ids.other}/receipts`, {
    email: 'who@example.com',
    language: 'zh',
  });
  await asOwner('POST', `/v1/webhook-endpoints/${world.ids.endpoint}/secret`, {});
  // Enrolling takes the password, which has its own tests.
  const [id, { id: userId }] = [randomUUID(), world.payer.me];
  await owner.query('INSERT INTO totp_factors (id, user_id, secret) VALUES ($1, $2, $3)', [
    id,
    userId,
    createSealer(derived).sealText('secret', `totp:${id}`),
  ]);
  await owner.query(
    `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, is_backup_eligible, is_backed_up, transports, name)
     VALUES ($1, $2, '\\x01', '\\x02', 0, false, false, '{}', $3)`,
    [id, userId, createSealer(derived).sealText('Laptop', `passkey:${id}`)],
  );
}, 120_000);
afterAll(() => world.service.stop());

async function asOwner<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${world.service.origin}${path}`, {
    method,
    headers: {
      ...(await world.headersOf('owner')),
      'idempotency-key': randomUUID(),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** Every sealed text of the database, wherever it lies, as `table.column` and text. */
async function findSealed(): Promise<{ readonly place: string; readonly sealed: string }[]> {
  const { rows: columns } = await owner.query<{ table: string; column: string }>(
    `SELECT c.table_name AS table, c.column_name AS column FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`,
  );
  const found: { place: string; sealed: string }[] = [];
  for (const { table, column } of columns) {
    const { rows } = await owner.query<{ text: string }>(
      `SELECT "${column}"::text AS text FROM "${table}" WHERE "${column}"::text ~ 's[0-9]+\\.[A-Za-z0-9_-]{8}\\.'`,
    );
    for (const { text } of rows)
      for (const [sealed] of text.matchAll(/s\d+\.[\w-]{8}\.[\w-]+\.[\w-]+/g))
        found.push({ place: `${table}.${column}`, sealed });
  }
  return found;
}

const ruleOf = async () =>
  (
    await owner.query<{ sealed: string }>(`SELECT account_sealed AS sealed FROM payout_rules WHERE id = $1`, [
      world.ids.payoutRule,
    ])
  ).rows[0]?.sealed ?? '';

it('knows every place where something is sealed', async () => {
  const places = new Set((await findSealed()).map(({ place }) => place));
  expect([...places].toSorted()).toEqual(sealedPlaces.map(({ table, column }) => `${table}.${column}`).toSorted());
});

it('is stopped half-way without any text being lost, and goes on', async () => {
  let left = 2;
  const dying = {
    query: (text: string, values?: unknown[]) => {
      if (text.startsWith('UPDATE')) left -= 1;
      if (left < 0) throw new Error('killed');
      return owner.query(text, values);
    },
  } as unknown as Pool;
  await expect(rewrapAll(dying, both)).rejects.toThrow('killed');
  const mixed = await findSealed();
  expect(new Set(mixed.map(({ sealed }) => sealed.startsWith(both.currentPrefix)))).toEqual(new Set([true, false]));
  // The service goes on with both.
  const account = { holder: 'Ann', number: sandboxAccounts.good };
  await asOwner('POST', '/v1/withdrawals', {
    gateway: 'sandbox',
    money: { asset: 'iso4217:CNY', amount: '100' },
    bankAccount: account,
  });
});

const setRule = (holder: string) =>
  asOwner<PayoutRuleWire>('POST', '/v1/payout-rules', {
    asset: 'iso4217:CNY',
    target: { kind: 'bank', gateway: 'sandbox', bankAccount: { holder, number: sandboxAccounts.good } },
    keep: '100000000',
    min: '100',
    schedule: { kind: 'daily', hour: 3 },
  });

it('puts all of it under the new key beside what the service writes, whose last word counts', async () => {
  await setRule('Before');
  let isWritten = false;
  const interrupted = {
    query: async (text: string, values?: unknown[]) => {
      const result = await owner.query(text, values);
      // The service changes what was read just now.
      if (!isWritten && text.startsWith('SELECT') && text.includes('payout_rules')) {
        isWritten = true;
        await setRule('Between');
      }
      return result;
    },
  } as unknown as Pool;
  await rewrapAll(interrupted, both);
  // This service still has the old key in front, and wrote under it once more.
  await rewrapAll(owner, both);
  const sealed = await findSealed();
  expect(sealed.length).toBeGreaterThanOrEqual(sealedPlaces.length);
  expect(sealed.filter((one) => !one.sealed.startsWith(both.currentPrefix))).toEqual([]);
  expect(JSON.parse(nextAlone.openText(await ruleOf(), `payout-rule:${world.ids.payoutRule}`))).toMatchObject({
    holder: 'Between',
  });
  expect([...(await rewrapAll(owner, both)).values()].every((count) => count === 0)).toBe(true);
});

it('says which key is missing, and changes nothing', async () => {
  const before = await findSealed();
  await expect(rewrapAll(owner, createSealer(randomBytes(32)))).rejects.toThrow(
    /^Sealed under the key [\w-]{8}, which is not there\.$/,
  );
  expect(await findSealed()).toEqual(before);
});
