/** The local chain: Hardhat's node in this process, behind the recorder, served over HTTP and WebSocket by Hardhat's own server. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre';
import type { NetworkConnection } from 'hardhat/types/network';
import { inProject, projectRoot } from '../paths.ts';
import { reservePort } from '../ports.ts';
import { openCallLog } from './call-log.ts';
import { createChainClock } from './clock.ts';
import { createFinalityMiner } from './finality-miner.ts';
import { type CallNode, createRecorder, RefusedCallError } from './recorder.ts';

/** Where to listen and where the chain's past is. */
export type LocalChainOptions = {
  readonly logPath: string;
  /** The port to listen on, or the next free one; 0 takes any. */
  readonly port: number;
  /** Milliseconds between the blocks that make a change final. */
  readonly blockIntervalMs?: number;
};

/** A running chain. */
export type LocalChain = {
  readonly rpcUrl: string;
  readonly port: number;
  /** How many calls of the log were made again. */
  readonly replayedCalls: number;
  readonly close: () => Promise<void>;
};

/**
 * Starts the chain where its log ends.
 *
 * @throws {Error} When the log can't be read or gives another chain than it did.
 */
export async function startLocalChain({ logPath, port, blockIntervalMs }: LocalChainOptions): Promise<LocalChain> {
  // Held while the past is replayed, which takes a while.
  const reserved = await reservePort(port);
  const log = openCallLog(logPath);
  const miner = createFinalityMiner(blockIntervalMs);
  const recorder = createRecorder({ log, clock: createChainClock(), onChange: miner.onChange });
  const hre = await createHre();
  const connections: NetworkConnection[] = [];
  // Marks the calls that the recorder itself makes: they go through all of Hardhat's own handlers, live and in a replay alike.
  const ownCalls = new AsyncLocalStorage<true>();
  const callNode: CallNode = (method, params) =>
    ownCalls.run(true, () => getProvider(connections).request({ method, params: [...params] }));
  hre.hooks.registerHandlers('network', {
    newConnection: async (context, next) => {
      const connection = await next(context);
      connections.push(connection as NetworkConnection);
      return connection;
    },
    onRequest: async (context, connection, request, next) => {
      if (ownCalls.getStore()) return next(context, connection, request);
      const params = Array.isArray(request.params) ? request.params : [];
      try {
        return {
          jsonrpc: '2.0',
          id: request.id,
          result: await recorder.request(callNode, { method: request.method, params }),
        };
      } catch (error) {
        if (!(error instanceof RefusedCallError)) throw error;
        return { jsonrpc: '2.0', id: request.id, error: { code: error.code, message: error.message } };
      }
    },
  });
  // Two blocks in one second share their time; otherwise a busy chain's clock would run ahead of the world's, and deadlines would pass too early.
  const server = await hre.network.createServer(
    { network: 'node', override: { allowBlocksWithSameTimestamp: true } },
    '127.0.0.1',
    reserved.port,
  );
  const { calls } = await recorder.replay(callNode).catch(async (error: unknown) => {
    await Promise.all([reserved.release(), recorder.close()]);
    throw error;
  });
  await reserved.release();
  const address = await server.listen();
  miner.start(() => recorder.request(callNode, { method: 'evm_mine', params: [] }));
  return {
    rpcUrl: `http://127.0.0.1:${address.port}`,
    port: address.port,
    replayedCalls: calls,
    close: async () => {
      miner.stop();
      // It listens no more at once; connections that clients keep open would hold up the rest, and nobody waits for that.
      void server.close().catch(() => undefined);
      await recorder.close();
    },
  };
}

function getProvider([connection]: readonly NetworkConnection[]): NetworkConnection['provider'] {
  if (!connection) throw new Error('Hardhat made a server without a network connection.');
  return connection.provider;
}

async function createHre() {
  const path = inProject('hardhat.config.ts');
  return createHardhatRuntimeEnvironment(await importUserConfig(path), { config: path }, projectRoot);
}
