import { describe, expect, it } from 'vitest';
import { createBatcher } from './batcher.ts';

/** A batcher whose batches end when told to. */
function aBatcher({ lanesMax = 2, batchMax = 3, waitingMax = 10 } = {}) {
  const batches: { readonly items: readonly number[]; readonly end: () => Promise<void> }[] = [];
  const batcher = createBatcher<number, number>({
    lanesMax,
    batchMax,
    waitingMax,
    work: (items) =>
      new Promise((resolve) => {
        const settle = (item: number): PromiseSettledResult<number> =>
          item < 0
            ? { status: 'rejected', reason: new Error(`no ${item}`) }
            : { status: 'fulfilled', value: item * 10 };
        const end = async () => {
          resolve(items.map(settle));
          await turn();
        };
        batches.push({ items, end });
      }),
  });
  return { batcher, batches, items: () => batches.map((batch) => batch.items) };
}

/** Lets everything that is ready happen. */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('the micro-batcher', () => {
  it('sends a lone item at once, without waiting for company', async () => {
    const { batcher, batches, items } = aBatcher();
    const result = batcher.add(1);
    await turn();
    expect(items()).toEqual([[1]]);
    await batches[0]?.end();
    expect(await result).toBe(10);
  });

  it('gathers what arrives while both lanes are in flight, in the order of arrival', async () => {
    const { batcher, batches, items } = aBatcher();
    const results = [];
    for (const item of [1, 2, 3, 4, 5, 6]) {
      results.push(batcher.add(item));
      await turn();
    }
    expect(items()).toEqual([[1], [2]]);
    await batches[1]?.end();
    expect(items()).toEqual([[1], [2], [3, 4, 5]]);
    for (const index of [0, 2, 3]) await batches[index]?.end();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it('lets the next requests of answered callers into the batch that leaves then', async () => {
    const { batcher, batches, items } = aBatcher({ lanesMax: 1, batchMax: 10 });
    const caller = async () => {
      await batcher.add(1);
      return batcher.add(2);
    };
    const callers = [caller(), caller()];
    await turn();
    const waiting = batcher.add(3);
    await batches[0]?.end();
    expect(items()).toEqual([
      [1, 1],
      [3, 2, 2],
    ]);
    await batches[1]?.end();
    expect(await Promise.all([...callers, waiting])).toEqual([20, 20, 30]);
  });

  it('tells each item its own failure', async () => {
    const { batcher, batches } = aBatcher();
    const settled = Promise.allSettled([batcher.add(1), batcher.add(-1)]);
    await turn();
    await batches[0]?.end();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('refuses more than may wait, and takes more once some have left', async () => {
    const { batcher, batches } = aBatcher({ lanesMax: 1, batchMax: 1, waitingMax: 2 });
    const first = batcher.add(1);
    await turn();
    const others = [batcher.add(2), batcher.add(3)];
    await expect(batcher.add(4)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await batches[0]?.end();
    const late = batcher.add(5);
    for (const index of [1, 2, 3]) await batches[index]?.end();
    expect(await Promise.all([first, ...others, late])).toEqual([10, 20, 30, 50]);
  });

  it('ends when everything that it took is done, and takes no more', async () => {
    const { batcher, batches } = aBatcher({ lanesMax: 1, batchMax: 1 });
    const results = [batcher.add(1), batcher.add(2)];
    await turn();
    let isClosed = false;
    const closed = Promise.all([batcher.close(), batcher.close()]).then(() => (isClosed = true));
    await expect(batcher.add(3)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await batches[0]?.end();
    expect(isClosed).toBe(false);
    await batches[1]?.end();
    await closed;
    expect(await Promise.all(results)).toEqual([10, 20]);
  });

  it('ends at once when nothing was ever added', async () => {
    await aBatcher().batcher.close();
  });
});
