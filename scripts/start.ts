/** `npm start`: the whole product on embedded defaults. `-- --fresh` begins anew, `-- --lan` is for a phone in the same network. */
import { runProduct } from './lib/product/run.ts';
import { startService } from './lib/product/service.ts';
import { ensureWebBuild } from './lib/product/web-build.ts';
import { step } from './lib/terminal.ts';

await runProduct({
  command: 'scripts/start.ts',
  canLan: true,
  start: async ({ foundations, port, lan, children }) => {
    const [{ env, summary }] = await Promise.all([
      foundations,
      step('Wallet', ensureWebBuild, (wasBuilt) => (wasBuilt ? 'built' : 'up to date')),
    ]);
    await step('Service', () => startService({ env, port, lan, children }));
    return [
      ...summary,
      'Ctrl-C stops everything; what it knows is kept.',
      '',
      ...(lan ? [...lan.describe(port), ''] : []),
      `Feiqian is ready at ${lan?.originAt(port) ?? `http://localhost:${port}`}`,
    ];
  },
});
