/** Finding TCP ports on the loopback interface, and saying who is in the way. */
import { createServer, type Server } from 'node:net';

const loopback = '127.0.0.1';
const neighboursMax = 20;

/** True when nothing listens on `port` of `host`, so that we can. */
export async function isPortFree(port: number, host: string = loopback): Promise<boolean> {
  const server = await tryListen(port, host);
  if (server) await close(server);
  return server !== undefined;
}

/** A port nobody uses right now, chosen by the operating system. */
export async function findFreePort(): Promise<number> {
  const { port, release } = await reservePort(0);
  await release();
  return port;
}

/** A port that we keep others from taking until it is released for the program that is to listen on it. */
export type ReservedPort = { readonly port: number; readonly release: () => Promise<void> };

/**
 * Reserves the first free port at or above `first`; 0, or too many taken ones, give any free port.
 *
 * A port that is only looked up can be gone by the time a slow program listens on it.
 */
export async function reservePort(first: number): Promise<ReservedPort> {
  const last = first === 0 ? 0 : Math.min(first + neighboursMax, 65_535);
  for (let port = first; port <= last; port += 1) {
    const server = await tryListen(port, loopback);
    if (server) return toReservation(server);
  }
  const server = await tryListen(0, loopback);
  if (!server) throw new Error('The system has no free TCP port on 127.0.0.1.');
  return toReservation(server);
}

function toReservation(server: Server): ReservedPort {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A listening server has no address.');
  return { port: address.port, release: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function tryListen(port: number, host: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}
