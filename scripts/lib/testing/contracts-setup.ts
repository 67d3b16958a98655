/** Vitest global setup: the contracts are compiled once, before tests deploy them. */
import { buildContracts } from '../contracts-build.ts';

/** Compiles what changed. */
export default async function setup(): Promise<void> {
  await buildContracts();
}
