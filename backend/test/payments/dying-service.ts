/** The service of these tests in a process of its own that kills itself at a failpoint, and its successor here, which goes on where it was. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Scene, until } from './scene.ts';

const main = fileURLToPath(new URL('./service-process.ts', import.meta.url));

/** A service that dies. */
export type DyingService = { readonly deaths: () => number; readonly stop: () => Promise<void> };

/** Starts it in the place of the scene's own service. */
export async function serveAndDie(scene: Scene, failAt: string): Promise<DyingService> {
  const settings = {
    serviceUrl: scene.database.serviceUrl,
    port: scene.port,
    failAt,
    registration: scene.sandbox.registration,
  };
  const child = spawn(process.execPath, [main, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let signals: (string | null)[] = [];
  let successor: Promise<void> | undefined;
  child.once('exit', (_code, signal) => {
    signals = [...signals, signal];
    successor = scene.restart();
  });
  await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  return {
    deaths: () => signals.filter((signal) => signal === 'SIGKILL').length,
    async stop() {
      if (successor === undefined) child.kill('SIGKILL');
      await until(() => expect(successor).toBeDefined());
      await successor;
      await scene.stop();
    },
  };
}
