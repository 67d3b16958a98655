/** Ports of the embedded parts: the same ones as last time when they are free, because links to hosted pages carry them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { findFreePort, findFreePortFrom, isPortFree } from '../ports.ts';
import { AdvisedError } from '../terminal.ts';

/** Parts that listen on a port of their own. */
export type PortName = 'database' | 'chain' | 'sandbox' | 'service';

const chainPort = 8545;
const defaultPort = 8080;

/** Reads PORT. @throws {AdvisedError} When it is no port. */
export function readPort(text = process.env.PORT): number {
  if (text === undefined || text === '') return defaultPort;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new AdvisedError(
      `PORT is ${JSON.stringify(text)}, which is no port.`,
      'Give a number from 1 to 65535, such as PORT=8090 npm start.',
    );
  return port;
}

/**
 * Makes sure that people will reach us, and nobody else, at `localhost:port`.
 *
 * @param patienceMs - How long to wait for an earlier run that is just ending.
 * @throws {AdvisedError} When somebody else has the port.
 */
export async function checkPort(port: number, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    // A browser tries ::1 as well as 127.0.0.1 for localhost. Where there is no IPv6 nobody can listen on it.
    const isFree = (await isPortFree(port)) && (await isPortFree(port, '::1').catch(() => true));
    if (isFree) return;
    if (Date.now() >= deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new AdvisedError(
    `Port ${port} is taken by another program.`,
    `Stop that program, or use another port: PORT=${port + 10} npm start`,
  );
}

/** Chooses a port for each part and remembers it for next time. */
export async function choosePorts(path: string): Promise<Record<PortName, number>> {
  const earlier = readPorts(path);
  const keep = async (name: PortName, choose: () => Promise<number>) => {
    const port = earlier[name];
    return port !== undefined && (await isPortFree(port)) ? port : choose();
  };
  const ports = {
    database: await keep('database', findFreePort),
    // Tools expect a local chain at 8545, so that it goes back there as soon as it can.
    chain: await findFreePortFrom(chainPort),
    sandbox: await keep('sandbox', findFreePort),
    service: await keep('service', findFreePort),
  };
  writeFileSync(path, `${JSON.stringify(ports)}\n`);
  return ports;
}

/** The ports of the last run. */
export function readPorts(path: string): Partial<Record<PortName, number>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<PortName, number>>;
  } catch {
    return {};
  }
}
