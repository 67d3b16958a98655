/** `npm run simulators`: only the simulators of the payment gateways. */
import { ensureKeys } from './lib/product/keys.ts';
import { readPort } from './lib/product/ports.ts';
import { listOrigins } from './lib/product/product.ts';
import { runCommand } from './lib/product/run.ts';
import { sandboxSettings, startSimulators } from './lib/product/simulators.ts';
import { step } from './lib/terminal.ts';

await runCommand({
  command: 'scripts/simulators.ts',
  start: async ({ folder, children }) => {
    const keys = ensureKeys(folder.keys);
    const origins = listOrigins(readPort());
    const { sandbox } = await step(
      'Sandbox bank',
      () => startSimulators({ folder, keys, children }, origins),
      (addresses) => addresses.sandbox,
    );
    const settings = Object.entries(sandboxSettings(keys, sandbox)).map(([name, value]) => `${name}=${value}`);
    return ['A service that uses it needs:', ...settings, '', `The sandbox bank is ready at ${sandbox}`];
  },
});
