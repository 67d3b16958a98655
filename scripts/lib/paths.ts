/** Where things are in the working copy. */
import { join, resolve } from 'node:path';

/** The folder with the root package.json. */
export const projectRoot = resolve(import.meta.dirname, '../..');

/** Absolute path of something in the working copy. */
export function inProject(...parts: readonly string[]): string {
  return join(projectRoot, ...parts);
}
