/** The guard itself (see guard.ts): reads one JSON line per process on standard input, and acts when that closes. */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { hasGroup, signalGroup } from './signals.ts';

const patienceMs = 8000;
const pollMs = 100;

const watched = new Map<number, NodeJS.Signals>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = JSON.parse(line) as { watch?: number; signal?: NodeJS.Signals; forget?: number };
  if (message.watch !== undefined) watched.set(message.watch, message.signal ?? 'SIGTERM');
  if (message.forget !== undefined) watched.delete(message.forget);
});
lines.once('close', async () => {
  for (const [pid, signal] of watched) signalGroup(pid, signal);
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline && [...watched.keys()].some(hasGroup)) await wait(pollMs);
  for (const pid of watched.keys()) signalGroup(pid, 'SIGKILL');
  process.exit(0);
});
