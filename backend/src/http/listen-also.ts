import { createServer, type Server } from 'node:net';

/**
 * Lets a server that listens answer at another address, too, until it closes: a socket listens at one address or at all of
 * them, and all of them may be more than one means.
 */
export async function listenAlso(server: Server, port: number, host: string): Promise<void> {
  const door = createServer((socket) => server.emit('connection', socket));
  await new Promise<void>((resolve, reject) => {
    door.once('error', reject);
    door.listen({ port, host }, resolve);
  });
  server.once('close', () => door.close());
}
