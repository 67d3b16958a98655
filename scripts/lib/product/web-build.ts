/** Builds the wallet and the page that payers are sent to, and only when something that goes into them changed. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { withLock } from '../launcher/lock.mjs';
import { inProject, projectRoot } from '../paths.ts';
import { AdvisedError } from '../terminal.ts';

const inputs = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/pay.html',
  'web/service-worker.js',
  'web/vite.config.ts',
  'web/payment-page.vite.config.ts',
  'web/build-steps.config.ts',
  'web/package.json',
  'web/tsconfig.json',
  'domain/src',
  'contracts/abi',
  'package-lock.json',
  'tsconfig.base.json',
];
const output = inProject('web/dist');
const stampName = '.feiqian-inputs';

/** True when `web/dist` was built from the sources as they are now. */
function isWebBuilt(): boolean {
  const stamp = join(output, stampName);
  return existsSync(join(output, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashInputs();
}

/**
 * Brings `web/dist` up to date.
 *
 * @returns whether it had to be built.
 * @throws {AdvisedError} With Vite's own message when the build fails.
 */
export async function ensureWebBuild(): Promise<boolean> {
  if (isWebBuilt()) return false;
  // One at a time: a second command that is started meanwhile waits, and finds it done.
  return withLock(inProject('.data/web-build.lock'), async () => {
    if (isWebBuilt()) return false;
    const hash = hashInputs();
    await runVite('web/vite.config.ts');
    // Into the same folder, which the wallet's build has emptied.
    await runVite('web/payment-page.vite.config.ts');
    writeFileSync(join(output, stampName), hash);
    return true;
  });
}

function runVite(config: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = [inProject('node_modules/vite/bin/vite.js'), 'build', 'web', '--config', config, '--logLevel', 'warn'];
    const child = spawn(process.execPath, args, {
      cwd: projectRoot,
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new AdvisedError(
            `What ${config} describes could not be built.\n${printed.trim()}`,
            'Mend what Vite names above, then run the same command again.',
          ),
        );
    });
  });
}

function hashInputs(): string {
  const hash = createHash('sha256');
  for (const path of inputs.map((input) => inProject(input)).flatMap(listFiles)) {
    hash.update(relative(projectRoot, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** Source files of a file or folder, in a steady order, without tests: they are not in the bundle. */
function listFiles(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
