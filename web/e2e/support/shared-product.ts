/** The one product that all browser tests share who neither restart it nor break anything but their own connection to it. */
import { inject } from 'vitest';
import type { RunningProduct } from './product.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly product: { readonly url: string; readonly dataFolder: string; readonly output: string };
  }
}

/** It was started before the first test. People of different test files need different e-mail addresses. */
export function findSharedProduct(): RunningProduct {
  const { url, dataFolder, output } = inject('product');
  return { url, dataFolder, output: () => output };
}
