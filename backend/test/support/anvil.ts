/** Anvil, a node of another make than the one that people start: what holds on both does not hang on the habits of one. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { hardhat } from 'viem/chains';

/** A running node. */
export type Anvil = { readonly rpcUrl: string; readonly stop: () => void };

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Starts it on a free port of loopback, with a chain that has the present as its beginning and no accounts of its own.
 *
 * @throws {Error} with what it printed when it does not come up.
 */
export async function startAnvil(): Promise<Anvil> {
  const genesis = Math.floor(Date.now() / 1000) - 1;
  const options = ['--host', '127.0.0.1', '--port', '0', '--chain-id', `${hardhat.id}`, '--accounts', '0'];
  const child = spawn(findAnvil(), [...options, '--timestamp', `${genesis}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => void child.kill('SIGKILL');
  process.once('exit', stop);
  const printed: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => printed.push(line));
  const rpcUrl = await new Promise<string>((resolve, reject) => {
    const fail = (cause?: unknown) => reject(new Error(['Anvil does not start.', ...printed].join('\n'), { cause }));
    child.once('error', fail);
    child.once('exit', () => fail());
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line);
      const [, address] = /^Listening on (\S+)$/.exec(line) ?? [];
      if (address) resolve(`http://${address}`);
    });
  });
  return {
    rpcUrl,
    stop: () => {
      process.off('exit', stop);
      stop();
    },
  };
}

/** The program itself, in the package for this system: the one that is named like it only starts another process. */
function findAnvil(): string {
  const { platform, arch } = process;
  const name = `@foundry-rs/anvil-${platform}-${architectures[arch] ?? arch}/package.json`;
  const file = platform === 'win32' ? 'anvil.exe' : 'anvil';
  // From the package that depends on it, wherever npm has put it.
  const require = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'));
  return join(dirname(require.resolve(name)), 'bin', file);
}
