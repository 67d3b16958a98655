/** `npm run simulators`: only the simulators of the payment gateways and of a mail server. */
import { ensureKeys } from './lib/product/keys.ts';
import { readPort } from './lib/product/ports.ts';
import { listOrigins } from './lib/product/product.ts';
import { runCommand } from './lib/product/run.ts';
import { mailSettings, sandboxSettings, startSimulators } from './lib/product/simulators.ts';
import { step } from './lib/terminal.ts';

await runCommand({
  command: 'scripts/simulators.ts',
  start: async ({ folder, children }) => {
    const keys = ensureKeys(folder.keys);
    const origins = listOrigins(readPort());
    const { sandbox, mail, smtp } = await step(
      'Sandbox bank and mail',
      () => startSimulators({ folder, keys, children }, origins),
      (addresses) => addresses.sandbox,
    );
    const settings = Object.entries({ ...sandboxSettings(keys, sandbox), ...mailSettings(smtp) });
    return [
      'A service that uses them needs:',
      ...settings.map(([name, value]) => `${name}=${value}`),
      '',
      `Mail that it sends is shown at ${mail}`,
      `The sandbox bank is ready at ${sandbox}`,
    ];
  },
});
