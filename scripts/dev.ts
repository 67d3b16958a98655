/** `npm run dev`: the whole product with the wallet hot-reloaded and the service restarted on change, at one address. */
import { createServer, type Plugin } from 'vite';
import { inProject } from './lib/paths.ts';
import { reservePartPort } from './lib/product/ports.ts';
import { runProduct } from './lib/product/run.ts';
import { startService } from './lib/product/service.ts';
import { say, step } from './lib/terminal.ts';

// What the service answers; everything else is the wallet, which Vite serves from its sources.
const servicePaths = ['/v1', '/rpc', '/docs', '/healthz', '/readyz', '/metrics'];

await runProduct({
  command: 'scripts/dev.ts',
  start: async ({ foundations, folder, port, children }) => {
    const { env, summary } = await foundations;
    const service = await reservePartPort(folder.ports, 'service');
    await service.release();
    const target = `http://127.0.0.1:${service.port}`;
    await step('Service', () =>
      startService({
        env: { ...env, NODE_ENV: 'development', PUBLIC_URL: `http://localhost:${port}` },
        port: service.port,
        nodeArgs: ['--watch', '--watch-preserve-output'],
        onLine: (line) => say(`service  ${line}`),
        children,
      }),
    );
    await step('Wallet, from its sources', () => startVite(port, target, children.addStop));
    return [...summary, `Service    ${target}`, '', `Feiqian is ready at http://localhost:${port}`];
  },
});

/** Vite serves the wallet's page wherever it finds no file; `/pay/:id` is another page. */
const paymentPage: Plugin = {
  name: 'feiqian-payment-page',
  configureServer: (server) => {
    server.middlewares.use((request, _response, next) => {
      request.url = request.url?.replace(/^\/pay\/[^/?]+(?=\?|$)/, '/pay.html');
      next();
    });
  },
};

async function startVite(port: number, target: string, addStop: (stop: () => Promise<void>) => void): Promise<void> {
  const server = await createServer({
    configFile: inProject('web/vite.config.ts'),
    plugins: [paymentPage],
    server: {
      port,
      strictPort: true,
      host: '127.0.0.1',
      proxy: Object.fromEntries(servicePaths.map((path) => [path, { target, ws: true }])),
    },
  });
  await server.listen();
  addStop(() => server.close());
}
