/**
 * Writes the ABIs that the service and the wallet use, from the compiled contracts: `node scripts/generate-abi.ts`.
 * With `--check` it writes nothing and fails when a file is stale. Either way a compiler warning is a failure.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre';
import { inProject, projectRoot } from './lib/paths.ts';

type AbiParameter = {
  readonly name?: string;
  readonly internalType?: string;
  readonly components?: readonly AbiParameter[];
};
type AbiItem = { readonly inputs?: readonly AbiParameter[]; readonly outputs?: readonly AbiParameter[] };
type CompilerMessage = { readonly severity: string; readonly formattedMessage?: string };

const contracts = [
  { contract: 'Stablecoin', file: 'stablecoin.ts', exportName: 'stablecoinAbi' },
  { contract: 'Relay', file: 'relay.ts', exportName: 'relayAbi' },
  { contract: 'Checkout', file: 'checkout.ts', exportName: 'checkoutAbi' },
] as const;

const isCheck = process.argv.includes('--check');
const artifactsDir = await compile();
await refuseWarnings(artifactsDir);
const stale: string[] = [];
for (const { contract, file, exportName } of contracts) {
  const path = inProject('contracts/abi', file);
  const text = renderModule(contract, exportName, await readAbi(artifactsDir, contract));
  if (text === (await readFile(path, 'utf8').catch(() => ''))) continue;
  stale.push(relative(projectRoot, path));
  if (!isCheck) await writeFile(path, text);
}
report(stale);

async function compile(): Promise<string> {
  const config = inProject('hardhat.config.ts');
  const hre = await createHardhatRuntimeEnvironment(await importUserConfig(config), { config }, projectRoot);
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true });
  return hre.config.paths.artifacts;
}

async function readAbi(artifactsDir: string, contract: string): Promise<readonly AbiItem[]> {
  const text = await readFile(join(artifactsDir, 'contracts', `${contract}.sol`, `${contract}.json`), 'utf8');
  const { abi } = JSON.parse(text) as { abi: readonly AbiItem[] };
  return abi.map((item) => ({
    ...item,
    ...(item.inputs && { inputs: item.inputs.map(cleanParameter) }),
    ...(item.outputs && { outputs: item.outputs.map(cleanParameter) }),
  }));
}

/**
 * `reference` is a word that Solidity reserves, so sources say `reference_`; a trailing underscore never means anything
 * else. Names of parameters exist only in the ABI, and there they are what people call the thing. The compiler's own
 * types are dropped: nobody reads them, and the wallet would carry them.
 */
function cleanParameter({ internalType: _, name = '', components, ...parameter }: AbiParameter): AbiParameter {
  const nested = components && { components: components.map(cleanParameter) };
  return { name: name.replace(/_$/, ''), ...parameter, ...nested };
}

/** One line for each function, event and error, so that a change shows as the lines that it concerns. */
function renderModule(contract: string, exportName: string, abi: readonly AbiItem[]): string {
  return `// Generated from contracts/${contract}.sol by scripts/generate-abi.ts. Change the contract, not this file.

/** ABI of \`${contract}\`. Parameters are named as in the contract, without the underscore that avoids reserved words. */
export const ${exportName} = [
${abi.map((item) => `  ${JSON.stringify(item)},`).join('\n')}
] as const;
`;
}

async function refuseWarnings(artifactsDir: string): Promise<void> {
  const buildInfoDir = join(artifactsDir, 'build-info');
  const files = (await readdir(buildInfoDir)).filter((name) => name.endsWith('.output.json'));
  for (const name of files) {
    const { output } = JSON.parse(await readFile(join(buildInfoDir, name), 'utf8')) as {
      output: { errors?: readonly CompilerMessage[] };
    };
    const messages = (output.errors ?? []).filter(({ severity }) => severity !== 'info');
    if (messages.length > 0) throw new Error(messages.map(({ formattedMessage }) => formattedMessage).join('\n'));
  }
}

function report(stale: readonly string[]): void {
  if (stale.length === 0) console.log('The ABIs are up to date.');
  else if (isCheck) {
    console.error(`Stale: ${stale.join(', ')}. Run: node scripts/generate-abi.ts`);
    process.exitCode = 1;
  } else console.log(`Wrote ${stale.join(', ')}.`);
}
