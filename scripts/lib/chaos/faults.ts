/** What breaks in a story: chosen from a seed, done to the environment, and healed. */
import { globSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeFault } from '../../../backend/test/chain/node-proxy.ts';
import { faultNames } from '../../../simulators/src/sandbox/faults.ts';
import { inProject } from '../paths.ts';
import type { Environment } from './environment.ts';
import type { Random } from './random.ts';
import type { Replica } from './replica.ts';

/** Kinds of faults that a run can be limited to. */
export const faultKinds = ['kill', 'failpoint', 'postgres', 'gateway', 'rpc', 'reorg'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One thing that breaks. */
export type Fault = { readonly afterMs: number } & (
  | { readonly kind: 'kill'; readonly replica: number }
  /** Waits so long for the process to come to that place. */
  | { readonly kind: 'failpoint'; readonly replica: number; readonly name: string; readonly waitMs: number }
  | { readonly kind: 'postgres' }
  | { readonly kind: 'gateway'; readonly name: (typeof faultNames)[number]; readonly times: number }
  | { readonly kind: 'rpc'; readonly how: NodeFault; readonly forMs: number }
  | { readonly kind: 'reorg'; readonly depth: number }
);

let failpoints: readonly string[] | undefined;

/** Every failpoint of the service, found in its code. */
export function listFailpoints(): readonly string[] {
  failpoints ??= findFailpoints();
  return failpoints;
}

function findFailpoints(): string[] {
  const files = globSync(inProject('backend/src/**/*.ts')).filter((path) => !path.endsWith('.test.ts'));
  return files
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bfailpoint\(\s*(['"`])([^'"`]*)\1/g)])
    .map(([, , name]) => name ?? '')
    .sort();
}

// Strikes payments and refunds, not traffic: the first two are a payer's fate in the plan, and nobody is refunded in a story.
const chosenElsewhere = ['paid_wrong_amount', 'paid_wrong_currency', 'refund_fails'];
// Costs the whole patience that the service has with a gateway.
const slow = 'api_slow';
const lookMs = 40;

/**
 * Chooses what breaks during one wave.
 *
 * @param isQuick - Leaves out what takes seconds by its nature.
 */
export function planFaults(
  random: Random,
  {
    kinds,
    replicas,
    withinMs,
    isQuick,
  }: {
    readonly kinds: readonly FaultKind[];
    readonly replicas: number;
    readonly withinMs: number;
    readonly isQuick: boolean;
  },
): Fault[] {
  const [first, ...rest] = kinds;
  if (first === undefined) return [];
  const [firstName = '', ...names] = listFailpoints();
  const [firstFault, ...faults] = faultNames.filter(
    (name) => !chosenElsewhere.includes(name) && !(isQuick && name === slow),
  );
  const choose = (kind: FaultKind): Fault => {
    const afterMs = random.between(0, withinMs);
    const replica = random.between(0, replicas - 1);
    switch (kind) {
      case 'kill':
        return { kind, afterMs, replica };
      case 'failpoint':
        return { kind, afterMs: 0, replica, name: random.pick([firstName, ...names]), waitMs: isQuick ? 3_000 : 6_000 };
      case 'postgres':
        return { kind, afterMs };
      case 'gateway':
        return {
          kind,
          afterMs,
          name: random.pick([firstFault ?? 'notice_lost', ...faults]),
          times: random.between(1, 3),
        };
      case 'rpc':
        return {
          kind,
          afterMs,
          how: random.pick(['away', 'error', 'truncated', 'silent']),
          forMs: random.between(100, isQuick ? 600 : 4_000),
        };
      case 'reorg':
        return { kind, afterMs, depth: random.between(1, 3) };
      default:
        return kind satisfies never;
    }
  };
  const count = isQuick ? 1 : random.between(1, 6);
  const chosen = Array.from({ length: count }, () => choose(random.pick([first, ...rest])));
  const dies = chosen.some(({ kind }) => kind === 'kill' || kind === 'failpoint');
  return dies || !kinds.includes('kill') ? chosen : [...chosen, choose('kill')];
}

/** Lets something break at its time. */
export async function strike(environment: Environment, fault: Fault): Promise<void> {
  const { replicas, postgres, sandbox, node, mining } = environment;
  await delay(fault.afterMs);
  environment.totals.faults += 1;
  switch (fault.kind) {
    case 'kill':
      return replicas[fault.replica]?.kill();
    case 'failpoint':
      return armFailpoint(replicas[fault.replica], fault);
    case 'postgres':
      return postgres.crash();
    case 'gateway':
      return sandbox.arm(fault.name, '', fault.times);
    case 'rpc':
      node.setFault(fault.how);
      await delay(fault.forMs);
      return node.setFault(undefined);
    case 'reorg':
      return mining.reorganize(fault.depth);
    default:
      return fault satisfies never;
  }
}

/** Ends when the process has died there, or was not led there in time. */
async function armFailpoint(
  replica: Replica | undefined,
  { name, waitMs }: Extract<Fault, { kind: 'failpoint' }>,
): Promise<void> {
  if (!replica) return;
  const before = replica.diedAt.length;
  replica.kill(name);
  const deadline = Date.now() + waitMs;
  while (replica.diedAt.length === before && Date.now() < deadline) await delay(lookMs);
}

/** Makes everything whole again: what is armed is disarmed, what is held back is delivered. */
export async function heal({ replicas, sandbox, node, mining, atBank }: Environment): Promise<void> {
  node.setFault(undefined);
  mining.resume();
  await atBank(sandbox.clearFaults);
  for (const { id, status } of (await sandbox.state()).notices) if (status === 'held') await sandbox.release(id);
  for (const replica of replicas) if (replica.failAt() !== undefined) replica.kill();
}

/** One line for people. */
export function describeFault({ afterMs, kind, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return [`after ${afterMs} ms:`, kind, ...details].join(' ');
}
