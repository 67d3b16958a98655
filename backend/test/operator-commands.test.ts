/** `npm run backup`, `npm run restore` and `npm run verify -- --watch`, as an operator runs them beside a database of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyEncryptionKeys } from '../src/compose/foundation.ts';
import { readEncryptionKeys } from '../src/config.ts';
import { createSealer, nameKey } from '../src/database/sealed.ts';
import { assertVerified } from '../src/verify/verify-all.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { useForAWhile } from './support/used-books.ts';

const folder = mkdtempSync(join(tmpdir(), 'feiqian-commands-'));
const keyFile = join(folder, 'backup.key');
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await useForAWhile(database);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = (name: string) => fileURLToPath(new URL(`../../scripts/${name}.ts`, import.meta.url));

function start(name: string, args: readonly string[], on: TestDatabase, env: Readonly<Record<string, string>> = {}) {
  const { BACKUP_KEY: _, BACKUP_KEY_FILE: __, ...inherited } = process.env;
  return spawn(process.execPath, [script(name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      DATA_FOLDER: join(folder, 'data'),
      DATABASE_URL: on.serviceUrl,
      DATABASE_OWNER_URL: on.ownerUrl,
      ...env,
    },
  });
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

const run = (
  name: string,
  args: readonly string[],
  { on = database, env = { BACKUP_KEY_FILE: keyFile } }: { on?: TestDatabase; env?: Record<string, string> } = {},
) => endOf(start(name, args, on, env));

describe('npm run backup and npm run restore', () => {
  const backups = join(folder, 'backups');
  const first = join(backups, 'first.backup');

  it('say what is missing without a key, and make one that is never overwritten', async () => {
    expect(await run('backup', [], { env: {} })).toMatchObject({
      code: 1,
      output: expect.stringContaining('There is no key for backups.\nMake one with npm run backup -- --make-key'),
    });
    expect(await run('backup', ['--make-key', keyFile])).toMatchObject({ code: 0 });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const made = readFileSync(keyFile, 'utf8');
    expect(await run('backup', ['--make-key', keyFile])).toMatchObject({ code: 1 });
    expect(readFileSync(keyFile, 'utf8')).toBe(made);
    expect(await run('backup', [], { env: { BACKUP_KEY: 'secret' } })).toEqual({
      code: 1,
      output: expect.not.stringContaining('secret'),
    });
  });

  it('write one file that only its owner reads, and bring it back into an empty database', async () => {
    expect(await run('backup', ['--to', first])).toEqual({ code: 0, output: expect.stringContaining('whole') });
    expect(readdirSync(backups)).toEqual(['first.backup']);
    expect(statSync(first).mode & 0o777).toBe(0o600);
    expect(await run('restore', ['--from', first, '--check'])).toMatchObject({ code: 0 });
    const restored = await createTestDatabase();
    expect(await run('restore', ['--from', first], { on: restored })).toEqual({
      code: 0,
      output: expect.stringContaining(' hold, 0 broken'),
    });
    await assertVerified(restored.pool);
    // The bank may have paid what the backup does not know of.
    const rules = await restored.pool.query('SELECT state, reason FROM payout_rules');
    expect(rules.rows).toEqual([{ state: 'needs_attention', reason: 'RESTORED' }]);
    const count = (of: TestDatabase) => of.pool.query('SELECT count(*) FROM ledger_transfers').then(({ rows }) => rows);
    expect(await count(restored)).toEqual(await count(database));
  });

  it('take the newest backup of a folder, or the newest of a time or before', async () => {
    const taken = new Date();
    await database.connect('owner', 1).query(`UPDATE leases SET holder = 'x'`);
    const { rows } = await database.pool.query<{ now: Date }>('SELECT now()');
    expect(rows[0]?.now.getTime()).toBeGreaterThanOrEqual(taken.getTime() - 1);
    expect(await run('backup', ['--to', join(backups, 'second.backup')])).toMatchObject({ code: 0 });
    const checked = async (...args: string[]) => (await run('restore', ['--from', backups, '--check', ...args])).output;
    expect(await checked()).toContain('second.backup');
    expect(await checked('--until', taken.toISOString())).toContain('first.backup');
    expect(await checked('--until', '2001-01-01T00:00:00Z')).toContain('There is no backup');
    expect(await checked('--until', 'yesterday')).toContain('--until is not a time');
  });

  it('refuse what is not right, and say what to do', async () => {
    const empty = await createTestDatabase();
    const refused = async (path: string, options: Parameters<typeof run>[2] = {}) => {
      const { code, output } = await run('restore', ['--from', path], { on: empty, ...options });
      expect(code).toBe(1);
      expect(output).not.toContain('    at ');
      return output;
    };
    expect(await refused(first, { env: { BACKUP_KEY: randomBytes(32).toString('hex') } })).toContain('not the one');
    const [cut, flipped] = [join(folder, 'cut.backup'), join(folder, 'flipped.backup')];
    const bytes = readFileSync(first);
    writeFileSync(cut, bytes.subarray(0, bytes.length - 10));
    expect(await refused(cut)).toContain('The end of the backup is missing');
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(flipped, bytes);
    expect(await refused(flipped)).toContain('damaged');
    expect(await refused(first, { on: database })).toContain('not empty');
    expect(await refused(join(folder, 'nothing.backup'))).toContain('There is no');
    expect((await empty.pool.query('SELECT FROM ledger_transfers')).rowCount).toBe(0);
  });

  it('leave no half of a file behind', async () => {
    const path = join(folder, 'never', 'x.backup');
    const nowhere = { BACKUP_KEY_FILE: keyFile, DATABASE_OWNER_URL: 'postgres://nobody@127.0.0.1:1/x' };
    expect(await run('backup', ['--to', path], { env: nowhere })).toEqual({
      code: 1,
      output: expect.stringContaining('The database does not answer.'),
    });
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
    appendFileSync(keyFile, '\n');
    expect(await run('backup', ['--to', path])).toMatchObject({ code: 0 });
  });
});

describe('npm run verify -- --watch', () => {
  /** Starts to watch, and answers with the lines so far. */
  function watch(): { child: ChildProcess; lines: string[] } {
    const child = start('verify', ['--watch', '--every', '1'], database);
    const lines: string[] = [];
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    return { child, lines };
  }
  const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
  const beats = (lines: readonly string[]) => lines.filter((line) => /^\d{4}-.* \d+ hold, \d+ broken$/.test(line));

  it('tells everything once, then what changes, and ends with Ctrl-C as it found the books', async () => {
    const owner = database.connect('owner', 1);
    const { child, lines } = watch();
    await until(() => expect(beats(lines).length).toBeGreaterThanOrEqual(2));
    expect(lines.filter((line) => line.startsWith('ok     ledger.balanced'))).toHaveLength(1);
    const spoil = (amount: number) =>
      owner.query(`UPDATE ledger_accounts SET credits_posted = credits_posted + ${amount} WHERE name = 'bank:first'`);
    await spoil(1);
    await until(() => expect(lines.some((line) => line.startsWith('BROKEN ledger.balanced'))).toBe(true));
    await spoil(-1);
    await until(() => expect(lines.filter((line) => line.startsWith('ok     ledger.balanced'))).toHaveLength(2));
    const ended = endOf(child);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, output: expect.any(String) });
  });

  it('ends with 1 when the books are broken', async () => {
    const owner = database.connect('owner', 1);
    await owner.query(`UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE name = 'bank:first'`);
    const { child, lines } = watch();
    await until(() => expect(beats(lines).length).toBeGreaterThanOrEqual(1));
    const ended = endOf(child);
    child.kill('SIGINT');
    expect((await ended).code).toBe(1);
    await owner.query(`UPDATE ledger_accounts SET credits_posted = credits_posted - 1 WHERE name = 'bank:first'`);
  });
});

describe('npm run rotate-keys', () => {
  let sealed: TestDatabase;
  beforeAll(async () => {
    sealed = await createTestDatabase();
  });
  const newKey = () => `0x${randomBytes(32).toString('hex')}`;
  const DATA_KEY = newKey();
  const rotate = (KEY_ENCRYPTION_KEYS: string) =>
    run('rotate-keys', [], { on: sealed, env: { DATA_KEY, KEY_ENCRYPTION_KEYS } });
  const encryptionKeys = (text = '') => keyEncryptionKeys(readEncryptionKeys({ DATA_KEY, KEY_ENCRYPTION_KEYS: text }));

  it('puts what is sealed under the first key, says how much that was, and names a key that is missing', async () => {
    const [userId, id] = [randomUUID(), randomUUID()];
    const secret = createSealer(...encryptionKeys()).sealText('secret', id);
    await sealed.pool.query(
      `INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) VALUES ($1, 'rotated@example.com', 'rotated', '{}', '', 'zh', 'CNY')`,
      [userId],
    );
    await sealed.pool.query('INSERT INTO totp_factors (id, user_id, secret) VALUES ($1, $2, $3)', [id, userId, secret]);
    const [first, second] = [newKey(), newKey()];
    expect(await rotate(first)).toEqual({
      code: 0,
      output: `  totp_factors.secret: 1\nEverything that is sealed lies under the key ${nameKey(encryptionKeys(first)[0])}.\n`,
    });
    const missing = await rotate(second);
    expect(missing).toMatchObject({
      code: 1,
      output: expect.stringContaining('which is not there.\nAdd it to KEY_ENCRYPTION_KEYS'),
    });
    expect(missing.output).not.toContain(second);
    expect(await rotate(`${second},${first}`)).toMatchObject({ code: 0 });
    const { rows } = await sealed.pool.query<{ secret: string }>('SELECT secret FROM totp_factors');
    expect(createSealer(encryptionKeys(second)[0]).openText(rows[0]?.secret ?? '', id)).toBe('secret');
    expect(await rotate('0x12')).toEqual({
      code: 1,
      output: expect.stringMatching(/KEY_ENCRYPTION_KEYS.*32 bytes in hex/),
    });
  });
});
