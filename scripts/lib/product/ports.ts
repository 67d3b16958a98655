/** Ports of the embedded parts: the same ones as last time when they are free, because links to hosted pages carry them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { isPortFree, type ReservedPort, reservePort } from '../ports.ts';
import { AdvisedError } from '../terminal.ts';

/** Parts that listen on a port of their own. */
export type PortName = 'database' | 'chain' | 'sandbox' | 'mail' | 'smtp' | 'service';

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
 * @param address - Where people reach us besides.
 * @throws {AdvisedError} When somebody else has the port.
 */
export async function checkPort(
  port: number,
  { patienceMs, address }: { readonly patienceMs: number; readonly address?: string | undefined },
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    // A browser tries ::1 as well as 127.0.0.1 for localhost. Where there is no IPv6 nobody can listen on it.
    const isFree =
      (await isPortFree(port)) &&
      (await isPortFree(port, '::1').catch(() => true)) &&
      (address === undefined || (await isPortFree(port, address)));
    if (isFree) return;
    if (Date.now() >= deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new AdvisedError(
    `Port ${port} is taken by another program.`,
    `Stop that program, or use another port: PORT=${port + 10} npm start`,
  );
}

/**
 * Reserves the port that a part had last time, or another one when that is taken, and remembers it.
 * Links to hosted pages and open consoles carry ports, so that they should not change without need.
 */
export async function reservePartPort(path: string, name: PortName): Promise<ReservedPort> {
  const earlier = readPorts(path)[name];
  const reserved = await reservePort(earlier !== undefined && (await isPortFree(earlier)) ? earlier : 0);
  notePort(path, name, reserved.port);
  return reserved;
}

/** Remembers the port that a part listens on. */
export function notePort(path: string, name: PortName, port: number): void {
  writeFileSync(path, `${JSON.stringify({ ...readPorts(path), [name]: port })}\n`);
}

/** The ports of the last run. */
export function readPorts(path: string): Partial<Record<PortName, number>> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<PortName, number>>;
  } catch {
    return {};
  }
}
