/** Solidity compiler, local chain and Solidity test settings. Nothing here reaches beyond this machine. */
import { fileURLToPath } from 'node:url';
import hardhatIgnition from '@nomicfoundation/hardhat-ignition';
import hardhatIgnitionViem from '@nomicfoundation/hardhat-ignition-viem';
import hardhatViem from '@nomicfoundation/hardhat-viem';
import { defineConfig } from 'hardhat/config';

// The seed is pinned so that a failing run can be repeated; long runs set their own.
const fuzzSeedPinned = '0x4665697169616e00000000000000000000000000000000000000000000000001';

/** Reads a positive whole number from the environment, so that a long run can ask for more. */
function readCount(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new Error(`${name} must be a whole number from 1 to 99999999.`);
  return Number(text);
}

export default defineConfig({
  plugins: [hardhatViem, hardhatIgnition, hardhatIgnitionViem],
  paths: {
    sources: './contracts',
    tests: { solidity: './contracts/test' },
    cache: './cache',
    artifacts: './artifacts',
    ignition: './contracts/ignition',
  },
  solidity: {
    // Tests are compiled apart, so that starting the product compiles only what is deployed.
    splitTestsCompilation: true,
    profiles: {
      default: {
        version: '0.8.37',
        // The compiler comes from the lockfile, so that a build needs no network.
        path: fileURLToPath(import.meta.resolve('solc/soljson.js')),
        settings: {
          optimizer: { enabled: true, runs: 1_000 },
          // The oldest fork that has every instruction used here; all chains we name support it.
          evmVersion: 'cancun',
        },
      },
    },
  },
  networks: {
    // The chain that people and the product start. A fixed first date makes genesis the same at every start, so that
    // a log of calls replayed with their block times gives the same block hashes.
    node: {
      type: 'edr-simulated',
      chainType: 'l1',
      chainId: 31_337,
      hardfork: 'osaka',
      initialDate: '2026-01-01T00:00:00Z',
    },
    // Any node reached over HTTP. The deployment gives its own address and key.
    remote: { type: 'http', chainType: 'l1', url: 'http://127.0.0.1:8545' },
  },
  test: {
    solidity: {
      fuzz: { runs: readCount('FUZZ_RUNS', 256), seed: process.env.FUZZ_SEED ?? fuzzSeedPinned },
      invariant: {
        runs: readCount('INVARIANT_RUNS', 32),
        depth: readCount('INVARIANT_DEPTH', 128),
        failOnRevert: true,
      },
    },
  },
});
