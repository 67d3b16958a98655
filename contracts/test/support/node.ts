/** A Hardhat node in this process for one test file, and a faulty line to it. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre';
import { createTestClient, type Hex, http, parseEther, publicActions, walletActions } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { hardhat } from 'viem/chains';

/** A running node. */
export type TestNode = {
  readonly rpcUrl: string;
  readonly client: ReturnType<typeof connect>;
  /** An account that nobody else knows, with 10 ether. */
  readonly createFundedKey: () => Promise<Hex>;
  readonly stop: () => void;
};

const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts the network `node` as configured, on a free port. */
export async function startTestNode(): Promise<TestNode> {
  const config = `${projectRoot}hardhat.config.ts`;
  const hre = await createHardhatRuntimeEnvironment(await importUserConfig(config), { config }, projectRoot);
  const server = await hre.network.createServer({ network: 'node' }, '127.0.0.1', 0);
  const { port } = await server.listen();
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = connect(rpcUrl);
  return {
    rpcUrl,
    client,
    createFundedKey: async () => {
      const key = generatePrivateKey();
      await client.setBalance({ address: privateKeyToAccount(key).address, value: parseEther('10') });
      return key;
    },
    // It listens no more at once; connections that clients keep open would hold up the rest.
    stop: () => void server.close().catch(() => undefined),
  };
}

function connect(rpcUrl: string) {
  return createTestClient({
    mode: 'hardhat',
    chain: hardhat,
    transport: http(rpcUrl, { retryCount: 0 }),
    pollingInterval: 20,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions);
}

/** What happens to the n-th transaction on a faulty line: the node never sees it, or its answer never comes back. */
export type LineFault = { readonly at: number; readonly kind: 'refused' | 'answer lost' };

/** Forwards JSON-RPC to a node until the fault, and from then on nothing, as when a process or a network ends. */
export async function startFaultyLine(
  target: string,
  { at, kind }: LineFault,
): Promise<{ rpcUrl: string; stop: () => void }> {
  let sends = 0;
  let isGone = false;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (body.includes('"eth_sendRawTransaction"')) sends += 1;
    if (isGone || (sends === at && kind === 'refused')) {
      isGone = true;
      return hangUp(response);
    }
    isGone = sends === at;
    const answer = await fetch(target, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const text = await answer.text();
    if (isGone) return hangUp(response);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    rpcUrl: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function hangUp(response: ServerResponse): void {
  response.socket?.destroy();
}
