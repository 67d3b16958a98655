/** Puts the contracts on a chain from a plain private key, once, however often it is called or interrupted. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  errorDeploymentResultToExceptionMessage,
  HardhatArtifactResolver,
} from '@nomicfoundation/hardhat-ignition/helpers';
import { type DeploymentResult, DeploymentResultType, deploy } from '@nomicfoundation/ignition-core';
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre';
import type { HardhatRuntimeEnvironment } from 'hardhat/types/hre';
import { type Address, getAddress, type Hex } from 'viem';
import { resumeInterrupted } from './interruption.ts';
import feiqianModule, { moduleId } from './modules/feiqian.ts';
import { createSendingProvider, type RpcProvider } from './outbox.ts';

/** What to deploy where. */
export type DeployOptions = {
  /** JSON-RPC of any chain. */
  readonly rpcUrl: string;
  /** Folder that remembers what was done; one for each chain. It is made if it does not exist. */
  readonly deploymentDir: string;
  /** Private key of the account that pays and becomes admin, pauser and freezer. It needs native coin. */
  readonly adminKey: Hex;
  /** The only address that may issue. */
  readonly issuer: Address;
  /** Most that may be issued of one token at once, in base units. */
  readonly bucketCapacity?: bigint;
  /** What may be issued again of one token each second, in base units. */
  readonly bucketRefillPerSecond?: bigint;
  /** Blocks on top of a transaction before the next step; by default 1 where the node mines at once, else 5. */
  readonly confirmations?: number;
  /** How often to look for a transaction's receipt, in milliseconds. */
  readonly pollingIntervalMs?: number;
};

/** Where the contracts are, EIP-55 checksummed. */
export type Deployment = {
  readonly usdf: Address;
  readonly cnyf: Address;
  readonly relay: Address;
  readonly checkout: Address;
};

const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Deploys both stablecoins, the relay and the checkout and grants the roles. A second call with the same folder does
 * nothing; one that was interrupted, or recorded fewer contracts than there are now, goes on where it stopped.
 *
 * @throws {Error} When a step fails, when the folder records other parameters or other contract code than now asked
 * for, or when it records contracts that the chain does not have.
 */
export async function deployFeiqian(options: DeployOptions): Promise<Deployment> {
  const hre = await createHre();
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true });
  const connection = await hre.network.create({ network: 'remote', override: { url: options.rpcUrl } });
  const { deploymentDir } = options;
  const journalPath = join(deploymentDir, 'journal.jsonl');
  const outboxPath = join(deploymentDir, 'outbox.json');
  const provider = createSendingProvider(connection.provider as RpcProvider, options.adminKey, outboxPath);
  try {
    await resumeInterrupted({ journalPath, outboxPath }, provider);
    const deployment = toDeployment(await runModule(hre, provider, options));
    await requireCode(provider, deployment);
    return deployment;
  } finally {
    await connection.close();
  }
}

async function createHre(): Promise<HardhatRuntimeEnvironment> {
  const config = `${projectRoot}hardhat.config.ts`;
  return createHardhatRuntimeEnvironment(await importUserConfig(config), { config }, projectRoot);
}

async function runModule(
  hre: HardhatRuntimeEnvironment,
  provider: RpcProvider,
  { deploymentDir, issuer, bucketCapacity, bucketRefillPerSecond, confirmations, pollingIntervalMs }: DeployOptions,
): Promise<DeploymentResult> {
  return deploy({
    ignitionModule: feiqianModule,
    provider,
    deploymentDir,
    artifactResolver: new HardhatArtifactResolver(hre.artifacts),
    accounts: (await provider.request({ method: 'eth_accounts' })) as string[],
    deploymentParameters: {
      [moduleId]: {
        issuer: getAddress(issuer),
        ...(bucketCapacity === undefined ? {} : { bucketCapacity }),
        ...(bucketRefillPerSecond === undefined ? {} : { bucketRefillPerSecond }),
      },
    },
    config: {
      ...(confirmations === undefined ? {} : { requiredConfirmations: confirmations }),
      ...(pollingIntervalMs === undefined ? {} : { blockPollingInterval: pollingIntervalMs }),
    },
  });
}

function toDeployment(result: DeploymentResult): Deployment {
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) {
    throw new Error(`The contracts could not be deployed: ${errorDeploymentResultToExceptionMessage(result)}`);
  }
  const addressOf = (name: string): Address => {
    const contract = result.contracts[`${moduleId}#${name}`];
    if (!contract) throw new Error(`The deployment has no ${name}.`);
    return getAddress(contract.address);
  };
  return {
    usdf: addressOf('USDF'),
    cnyf: addressOf('CNYF'),
    relay: addressOf('Relay'),
    checkout: addressOf('Checkout'),
  };
}

/** A folder may outlive its chain; its addresses would then lead nowhere, and money sent there would be lost. */
async function requireCode(provider: RpcProvider, deployment: Deployment): Promise<void> {
  for (const [name, address] of Object.entries(deployment)) {
    const code = await provider.request({ method: 'eth_getCode', params: [address, 'latest'] });
    if (code === '0x') {
      throw new Error(
        `The deployment folder says that ${name} is at ${address}, but this chain has no contract there.`,
      );
    }
  }
}
