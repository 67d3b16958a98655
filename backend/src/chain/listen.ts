import type { Connection, Pool } from '../database/pool.ts';

/** Tells of notifications until it is closed. */
export type Listener = { readonly close: () => Promise<void> };

const reconnectMs = 500;

/**
 * Listens on channels of the database over one connection, which is opened again when it breaks.
 *
 * @param onNotice - Gets each notification; and once, with no channel, after every connect: something may have been missed.
 */
export async function listen(
  pool: Pool,
  channels: readonly string[],
  onNotice: (notice?: { readonly channel: string; readonly payload: string }) => void,
): Promise<Listener> {
  let isClosed = false;
  let current: Connection | undefined;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const connection = await pool.connect();
    if (isClosed) return connection.release();
    current = connection;
    connection.on('notification', ({ channel, payload }) => onNotice({ channel, payload: payload ?? '' }));
    connection.on('error', () => lose(connection));
    for (const channel of channels) await connection.query(`LISTEN ${channel}`);
    onNotice();
  };
  const lose = (connection: Connection) => {
    if (current !== connection) return;
    current = undefined;
    connection.release(true);
    reconnect();
  };
  const reconnect = () => {
    if (isClosed) return;
    timer = setTimeout(() => {
      connect().catch(reconnect);
    }, reconnectMs);
  };

  await connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      // Its subscriptions end with it, so the connection is not for others.
      current?.release(true);
      current = undefined;
    },
  };
}
