import { spawn, execFileSync } from 'node:child_process';
import { getAddress, pad, toHex } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import { it } from 'vitest';
import { createChains } from '../../src/chain/chains.ts';
import { createTestDatabase } from '../support/database.ts';
import { readFileSync } from 'node:fs';

const blocks = Number(process.env.BLOCKS ?? 1000);
it('bench', { timeout: 600_000 }, async () => {
  const node = spawn(process.execPath, ['/tmp/h6/node.mjs'], { cwd: '/work/main', stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => node.stdout.on('data', (c: Buffer) => { const m = /"port":(\d+)/.exec(c.toString()); if (m) resolve(Number(m[1])); }));
  const url = `http://127.0.0.1:${port}`;
  const made = execFileSync(process.execPath, ['/tmp/h6/ix/make-chain.mjs', url, `${blocks}`, '50', '/tmp/h6/ix/dump.json'], { encoding: 'utf8', maxBuffer: 1e9 });
  console.log(made);
  const token = getAddress(JSON.parse(made.split('\n')[0] ?? '{}').address);
  const canned = spawn(process.execPath, ['/tmp/h6/ix/canned-rpc.mjs', '/tmp/h6/ix/dump.json', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  void canned;
  const run = async (known: boolean, stub: boolean, rpcUrl: string) => {
    const db = await createTestDatabase();
    db.skipVerify();
    const { pool } = db;
    if (stub) {
      const su = db.connect('superuser');
      await su.query('ALTER TABLE chains DISABLE TRIGGER ALL');
      await su.query('CREATE OR REPLACE FUNCTION history_refresh_chain(chain integer, chain_epoch integer, hashes text[]) RETURNS void LANGUAGE sql AS $$ SELECT $$');
      await su.end();
    }
    if (known) {
      const addresses = Array.from({ length: 5000 }, (_, i) => getAddress(pad(toHex(0x1000 + i), { size: 20 })));
      await pool.query(`INSERT INTO users (id, email, handle, kdf, auth_hash, language, display_currency) SELECT gen_random_uuid(), a, a, '{}', '', 'en', 'USD' FROM unnest($1::text[]) a`, [addresses]);
      await pool.query(`INSERT INTO addresses (address, user_id, message, signature) SELECT a, (SELECT id FROM users WHERE handle = a), '', '' FROM unnest($1::text[]) a`, [addresses]);
    }
    const head = Number(await (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}' })).json().then((x) => (x as { result: string }).result));
    let done: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => { done = resolve; });
    const chains = createChains({ pool, chains: [{ chainId: 31337, name: 'x', native: { symbol: 'ETH', decimals: 18 }, finality: { kind: 'depth', blocks: 3 }, ephemeral: true, startBlock: 0, relay: token, tokens: [{ symbol: 'T', name: 'T', address: token, decimals: 6, cash: 'iso4217:USD' }] }], rpcUrls: new Map([[31337, [rpcUrl]]]), issuerKey: generatePrivateKey(), relayerKey: generatePrivateKey(), log: { info: () => undefined, warn: console.log, error: console.log }, onEnded: async () => undefined, onAdvance: ({ tail }) => { if ((tail.at(-1)?.number ?? 0) >= head) done(); } });
    const cpu = process.cpuUsage();
    const t = performance.now();
    await chains.start();
    await finished;
    const s = (performance.now() - t) / 1000;
    const c = process.cpuUsage(cpu);
    const { rows } = await pool.query('SELECT count(*)::int AS n FROM chain_token_transfers');
    console.log(JSON.stringify({ known, stub, secs: +s.toFixed(2), rows: rows[0].n, events_per_s: Math.round((blocks * 50) / s), cpu: +((c.user + c.system) / 1e6).toFixed(2), rssMB: Math.round(process.memoryUsage().rss / 1e6) }));
    // head latency
    if (known && !stub) {
      const lat: number[] = [];
      const call = async (m: string, p: unknown[]) => ((await (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: m, params: p }) })).json()) as { result: never }).result;
      const [from] = await call('eth_accounts', []);
      const client = await pool.connect();
      for (let i = 0; i < 40; i += 1) {
        await new Promise((r) => setTimeout(r, 150 + Math.random() * 100));
        const data = '0x' + execSel + (5).toString(16).padStart(64, '0') + BigInt(Date.now() + i).toString(16).padStart(64, '0');
        const tx = await call('eth_sendTransaction', [{ from, to: token, gas: toHex(300000), data }]);
        const t0 = performance.now();
        for (;;) {
          const r = await client.query({ name: 'q', text: 'SELECT 1 FROM chain_token_transfers WHERE tx_hash=$1 LIMIT 1', values: [tx] });
          if (r.rowCount) break;
          await new Promise((r2) => setTimeout(r2, 1));
        }
        lat.push(performance.now() - t0);
      }
      client.release();
      lat.sort((a, b) => a - b);
      console.log('head', JSON.stringify({ p50: lat[20]?.toFixed(1), p90: lat[36]?.toFixed(1), max: lat.at(-1)?.toFixed(1) }));
      const out = execFileSync(process.execPath, ['/tmp/h6/ix/head.mjs', 'pipeline', url, url.replace('http', 'ws'), token, '20', '50'], { encoding: 'utf8', env: { ...process.env, DATABASE_URL: db.url('superuser') } });
      console.log('head limit', out);
    }
    await chains.stop();
    return db;
  };
  const execSel = JSON.parse(readFileSync('/tmp/h6/ix/sel.json', 'utf8')) as string;
  for (let round = 0; round < Number(process.env.ROUNDS ?? 2); round += 1) {
    const db = await run(true, true, url);
    for (const kind of ['rpc-only', 'raw-copy', 'viem-blocks']) {
      const out = execFileSync(process.execPath, ['/tmp/h6/ix/pipelines.mjs', url, token, kind], { encoding: 'utf8', env: { ...process.env, DATABASE_URL: db.url('superuser') } });
      console.log(out.trim());
    }
    await run(false, false, url);
  }
  if (process.env.WITH_HISTORY) await run(true, false, url);
  canned.kill();
  node.kill();
});
