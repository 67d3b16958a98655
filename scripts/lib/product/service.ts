/** The service itself as a child process. */
import { setTimeout as wait } from 'node:timers/promises';
import { inProject } from '../paths.ts';
import type { Child, Children } from '../processes/children.ts';
import { AdvisedError } from '../terminal.ts';

const readyTimeoutMs = 60_000;
const pollMs = 100;

/**
 * Starts the service and waits until it says that it is ready.
 *
 * @param nodeArgs - For the Node that runs it, such as `--watch`.
 */
export async function startService({
  env,
  port,
  nodeArgs = [],
  onLine,
  children,
}: {
  env: NodeJS.ProcessEnv;
  port: number;
  nodeArgs?: readonly string[];
  onLine?: (line: string) => void;
  children: Children;
}): Promise<void> {
  const child = children.start({
    name: 'service',
    args: [...nodeArgs, inProject('backend/src/main.ts')],
    env: { ...process.env, NODE_ENV: 'production', ...env, PORT: String(port) },
    ...(onLine ? { onLine } : {}),
  });
  await untilReady(child, `http://127.0.0.1:${port}/readyz`);
}

async function untilReady(child: Child, url: string): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline) {
    if (child.hasEnded()) break;
    const isReady = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await wait(pollMs);
  }
  const what = child.hasEnded()
    ? 'The service ended while starting.'
    : `The service was not ready after ${readyTimeoutMs / 1000} s.`;
  throw new AdvisedError(
    [what, ...child.recentLines().slice(-12)].join('\n'),
    'The lines above are the end of its log, .data/logs/service.log.',
  );
}
