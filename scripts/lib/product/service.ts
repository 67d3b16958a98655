/** The service itself as a child process. */
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { get as secureGet } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import type { Lan } from '../lan/lan.ts';
import { inProject } from '../paths.ts';
import type { Child, Children } from '../processes/children.ts';
import { AdvisedError } from '../terminal.ts';

const readyTimeoutMs = 60_000;
const pollMs = 100;
const askTimeoutMs = 2000;

/**
 * Starts the service and waits until it says that it is ready.
 *
 * @param nodeArgs - For the Node that runs it, such as `--watch`.
 */
export async function startService({
  env,
  port,
  lan,
  nodeArgs = [],
  onLine,
  children,
}: {
  env: NodeJS.ProcessEnv;
  port: number;
  lan?: Lan | undefined;
  nodeArgs?: readonly string[];
  onLine?: (line: string) => void;
  children: Children;
}): Promise<void> {
  const child = children.start({
    name: 'service',
    args: [...nodeArgs, inProject('backend/src/main.ts')],
    env: { ...process.env, NODE_ENV: 'production', ...env, PORT: String(port), ...(lan ? lanSettings(lan, port) : {}) },
    ...(onLine ? { onLine } : {}),
  });
  await untilReady(child, () => isReady(port, lan));
}

/** At loopback and at the address that phones reach, with the certificate that is good for both. */
function lanSettings({ address, certificates, originAt }: Lan, port: number): Record<string, string> {
  return {
    HOST: `127.0.0.1,${address}`,
    PUBLIC_URL: originAt(port),
    TLS_CERT_FILE: certificates.serverFile,
    TLS_KEY_FILE: certificates.keyFile,
    TLS_AUTHORITY_FILE: certificates.authorityFile,
    // The sandbox bank has the same certificate.
    NODE_EXTRA_CA_CERTS: certificates.authorityFile,
  };
}

/** Asks the service at loopback whether it is ready. */
function isReady(port: number, lan: Lan | undefined): Promise<boolean> {
  const target = { host: '127.0.0.1', port, path: '/readyz', timeout: askTimeoutMs, agent: false };
  return new Promise((resolve) => {
    const answered = (response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode === 200);
    };
    const asked = lan
      ? secureGet({ ...target, ca: readFileSync(lan.certificates.authorityFile) }, answered)
      : get(target, answered);
    asked.once('timeout', () => asked.destroy()).once('error', () => resolve(false));
  });
}

async function untilReady(child: Child, ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline) {
    if (child.hasEnded()) break;
    if (await ask()) return;
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
