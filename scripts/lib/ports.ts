/** Finding TCP ports on the loopback interface, and saying who is in the way. */
import { createServer } from 'node:net';

const loopback = '127.0.0.1';

/** True when nothing listens on `port` of `host`, so that we can. */
export async function isPortFree(port: number, host: string = loopback): Promise<boolean> {
  return (await tryListen(port, host)) !== undefined;
}

/** A port nobody uses right now, chosen by the operating system. */
export async function findFreePort(): Promise<number> {
  const port = await tryListen(0, loopback);
  if (port === undefined) throw new Error('The system has no free TCP port on 127.0.0.1.');
  return port;
}

/**
 * The first free port at or above `first`.
 *
 * @param attemptsMax - How many neighbours to try before giving up and taking any free port.
 */
export async function findFreePortFrom(first: number, attemptsMax = 20): Promise<number> {
  for (let port = first; port < first + attemptsMax && port <= 65_535; port += 1) {
    if (await isPortFree(port)) return port;
  }
  return findFreePort();
}

function tryListen(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
