/** `npm start`: the whole product on embedded defaults. `-- --fresh` begins anew. */
import { runProduct } from './lib/product/run.ts';
import { startService } from './lib/product/service.ts';
import { ensureWebBuild } from './lib/product/web-build.ts';
import { step } from './lib/terminal.ts';

await runProduct({
  command: 'scripts/start.ts',
  start: async ({ foundations, port, children }) => {
    const [{ env, summary }] = await Promise.all([
      foundations,
      step('Wallet', ensureWebBuild, (wasBuilt) => (wasBuilt ? 'built' : 'up to date')),
    ]);
    await step('Service', () => startService({ env, port, children }));
    return [
      ...summary,
      'Ctrl-C stops everything; what it knows is kept.',
      '',
      `Feiqian is ready at http://localhost:${port}`,
    ];
  },
});
