/** `npm run chain`: only the local chain with its contracts, for tools and experiments. */
import { privateKeyToAddress } from 'viem/accounts';
import { startChain } from './lib/product/chain.ts';
import { ensureKeys } from './lib/product/keys.ts';
import { runCommand } from './lib/product/run.ts';
import { step } from './lib/terminal.ts';

await runCommand({
  command: 'scripts/chain.ts',
  start: async ({ folder, children }) => {
    const keys = ensureKeys(folder.keys);
    const { rpcUrl, chain } = await step(
      'Local chain and contracts',
      () => startChain({ folder, keys, children }),
      ({ description }) => description,
    );
    return [
      `RPC       ${rpcUrl} (HTTP and WebSocket), chain id ${chain.chainId}`,
      ...chain.tokens.map(({ symbol, address }) => `${symbol.padEnd(10)}${address}`),
      `Relay     ${chain.relay}`,
      `Checkout  ${chain.checkout}`,
      ...Object.entries(keys.chain).map(([name, key]) => `${name.padEnd(10)}${privateKeyToAddress(key)}`),
      "The node's own printed accounts are funded too. Private keys of the three above are in .data/keys.json.",
      '',
      `The chain is ready at ${rpcUrl}`,
    ];
  },
});
