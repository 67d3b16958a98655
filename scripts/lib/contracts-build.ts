/** Compiles the contracts when their sources changed; Hardhat's own cache decides. */
import { createHardhatRuntimeEnvironment, importUserConfig } from 'hardhat/hre';
import { inProject, projectRoot } from './paths.ts';

/** Brings `artifacts/` up to date. @throws {Error} When the compiler finds an error; it has printed where. */
export async function buildContracts(): Promise<void> {
  const path = inProject('hardhat.config.ts');
  const hre = await createHardhatRuntimeEnvironment(await importUserConfig(path), { config: path }, projectRoot);
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true });
}
