/** Vitest global setup: the wallet is built, and one product is started for all tests that can share it (`web/e2e/support/shared-product.ts`). */
import type { TestProject } from 'vitest/node';
import { findChromium } from '../../../web/e2e/support/chromium.ts';
import { startProduct } from '../../../web/e2e/support/product.ts';
// For the type of what is provided to the tests.
import type {} from '../../../web/e2e/support/shared-product.ts';

/** Starts it, provides where it is, and answers with what stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [product] = await Promise.all([
    startProduct({
      // Several files ask from one address at once, as people behind one router do.
      REQUESTS_PER_MINUTE_MAX: '12000',
      // Payouts begin with it.
      SWEEP_MS: '5000',
    }),
    findChromium(),
  ]);
  project.provide('product', { url: product.url, dataFolder: product.dataFolder, output: product.output() });
  return product.stop;
}
