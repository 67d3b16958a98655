/**
 * The local chain as a process of its own: brings the chain back from its log, funds the operator's accounts, deploys what is missing,
 * prints one line of JSON when all of that is done, and mines on until it is told to end.
 */
import { parseEther, toHex } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { z } from 'zod';
import { deployFeiqian } from '../../../contracts/ignition/deploy.ts';
import { onceEnding } from '../processes/end.ts';
import { startLocalChain } from './local-chain.ts';

const key = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)]);
const environment = z
  .object({
    CHAIN_LOG: z.string(),
    CHAIN_PORT: z.coerce.number().int(),
    CHAIN_DEPLOYMENTS: z.string(),
    ADMIN_KEY: key,
    ISSUER_KEY: key,
    RELAYER_KEY: key,
  })
  .parse(process.env);

const fullBalance = parseEther('10000');
const lowBalance = parseEther('1000');

const chain = await startLocalChain({ logPath: environment.CHAIN_LOG, port: environment.CHAIN_PORT });
onceEnding(() => void chain.close().finally(() => process.exit(0)));
const issuer = privateKeyToAddress(environment.ISSUER_KEY);
for (const address of [
  privateKeyToAddress(environment.ADMIN_KEY),
  issuer,
  privateKeyToAddress(environment.RELAYER_KEY),
]) {
  const balance = BigInt((await request('eth_getBalance', [address, 'latest'])) as string);
  if (balance < lowBalance) await request('hardhat_setBalance', [address, toHex(fullBalance)]);
}
const addresses = await deployFeiqian({
  rpcUrl: chain.rpcUrl,
  deploymentDir: environment.CHAIN_DEPLOYMENTS,
  adminKey: environment.ADMIN_KEY,
  issuer,
  pollingIntervalMs: 50,
});
process.stdout.write(
  `${JSON.stringify({ ready: { rpcUrl: chain.rpcUrl, port: chain.port, replayedCalls: chain.replayedCalls, addresses } })}\n`,
);

async function request(method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(chain.rpcUrl, {
    method: 'POST',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error) throw new Error(`${method} failed: ${error.message}`);
  return result;
}
