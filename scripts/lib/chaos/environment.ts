/** Everything that a story plays on: database, chain, gateway and service, each real, each in our hand. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toTokenAssetId } from '@feiqian/domain/assets';
import type { RuleSet } from '@feiqian/domain/monitoring/rules';
import { createTurns } from '../../../backend/src/chain/turns.ts';
import { type NodeProxy, startNodeProxy } from '../../../backend/test/chain/node-proxy.ts';
import { type SandboxProcess, startSandboxProcess } from '../../../backend/test/payments/sandbox-process.ts';
import { startTestChain, type TestChain } from '../../../backend/test/support/chain.ts';
import { inProject } from '../paths.ts';
import { findFreePort } from '../ports.ts';
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts';
import { type MinedChain, startMining } from './mined-chain.ts';
import { eventually } from './patience.ts';
import { heldAbove, twoPeopleAbove } from './plan.ts';
import { type Replica, startReplica } from './replica.ts';

/** A started environment. */
export type Environment = {
  readonly postgres: KillablePostgres;
  readonly chain: TestChain;
  readonly mining: MinedChain;
  readonly node: NodeProxy;
  readonly sandbox: SandboxProcess;
  readonly replicas: readonly Replica[];
  /** One after another: nobody makes the bank whole again between what somebody arms there and the payment that it is for. */
  readonly atBank: <T>(work: () => Promise<T>) => Promise<T>;
  /** The origin that people see and that the gateway notifies: the first replica's. */
  readonly publicUrl: string;
  readonly token: string;
  readonly logFolder: string;
  /** What all stories on this environment have made so far, base units. */
  readonly totals: { supply: bigint; fees: bigint; deeds: number; faults: number; brokenBy?: number };
  /** Resolves when every replica answers and the chain is followed. */
  readonly untilHealthy: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

// Everything that is tried again is tried again soon, so that a story does not wait.
const pace = { SWEEP_MS: '400', GATEWAY_CHECK_MS: '300', CHAIN_LEASE_MS: '900', CHAIN_RECHECK_MS: '300' };

/**
 * Starts everything and waits until the service follows the chain.
 *
 * @param failAt - Where the first process of the first replica is to kill itself.
 * @param env - More settings of the service.
 */
export async function startEnvironment({
  replicas: count,
  failAt,
  env: more = {},
}: {
  readonly replicas: number;
  readonly failAt?: string;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<Environment> {
  const folder = mkdtempSync(join(tmpdir(), 'feiqian-chaos-files-'));
  const logFolder = inProject('.data', 'chaos');
  mkdirSync(logFolder, { recursive: true });
  const ports = await Promise.all(Array.from({ length: count }, () => findFreePort()));
  const publicUrl = `http://127.0.0.1:${ports[0]}`;
  const [postgres, chain, sandbox] = await Promise.all([
    startKillablePostgres(),
    startTestChain(),
    startSandboxProcess({ publicUrl }),
    compileService(join(folder, 'compiled')),
  ]);
  await setRules(postgres);
  const node = await startNodeProxy(chain.rpcUrl);
  const mining = await startMining(chain);
  const chainsFile = join(folder, 'chains.json');
  writeFileSync(chainsFile, JSON.stringify([chain.chain]));
  const env = {
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    PATH: process.env.PATH ?? '',
    PUBLIC_URL: publicUrl,
    DATABASE_URL: postgres.serviceUrl,
    CHAINS: chainsFile,
    [`RPC_URL_${chain.chainId}`]: node.url,
    ISSUER_KEY: chain.keys.issuer,
    RELAYER_KEY: chain.keys.relayer,
    DATA_KEY: `0x${randomBytes(32).toString('hex')}`,
    GATEWAY_SANDBOX_URL: sandbox.registration.url,
    GATEWAY_SANDBOX_MERCHANT: sandbox.registration.merchant,
    GATEWAY_SANDBOX_KEY: sandbox.registration.key,
    GATEWAY_SANDBOX_PUBLIC_KEY: sandbox.registration.gatewayKeys.join(','),
    WEB_FOLDER: '/nowhere',
    ...pace,
    ...more,
  };
  const replicas = ports.map((port, index) =>
    startReplica({
      env,
      port,
      logFile: join(logFolder, `service-${process.pid}-${index + 1}.log`),
      ...(index === 0 && failAt !== undefined ? { failAt } : {}),
    }),
  );
  const takeTurn = createTurns();
  const environment: Environment = {
    atBank: (work) => takeTurn('bank', work),
    ...{ postgres, chain, mining, node, sandbox, replicas, publicUrl, logFolder },
    token: toTokenAssetId(chain.chainId, chain.addresses.cnyf),
    totals: { supply: 0n, fees: 0n, deeds: 0, faults: 0 },
    async untilHealthy() {
      await Promise.all(replicas.map((replica) => replica.untilReady()));
      await eventually('the chain is followed', async () => {
        const { rowCount } = await postgres.pool.query(
          `SELECT FROM chains WHERE status = 'following' AND head_number IS NOT NULL`,
        );
        return rowCount === 1 ? true : undefined;
      });
    },
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await mining.stop();
      node.close();
      await Promise.all([sandbox.close(), chain.stop(), postgres.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return environment;
}

/** What is large in a story is held, and nothing else. */
async function setRules({ pool }: KillablePostgres): Promise<void> {
  const rules: RuleSet = {
    rules: [{ name: 'large', rule: 'amount', outcome: 'review', above: { default: `${heldAbove}` } }],
    holdHours: 1,
    twoPeopleAbove: { default: `${twoPeopleAbove}` },
  };
  await pool.query(
    `INSERT INTO monitoring_rules (version, rules, note, created_by) VALUES (1, $1, 'stories', gen_random_uuid())`,
    [JSON.stringify(rules)],
  );
}

/** So that a service that was killed is back sooner: what Node compiles is kept at the end of a process, and ours seldom get to it. */
async function compileService(folder: string): Promise<void> {
  const code = `await import(${JSON.stringify(pathToFileURL(inProject('backend/src/service.ts')).href)}); process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: folder },
  });
  await new Promise((resolve) => child.once('close', resolve));
}
