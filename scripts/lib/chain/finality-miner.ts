/** Mines the blocks that make the last change final, one a second, and then rests: an idle chain stays as it is. */

/** Blocks on top of the last change before mining stops. The service counts a block as final at depth 3. */
export const finalityDepth = 3;

/** Follows what happens on the chain and mines when needed. */
export type FinalityMiner = {
  /** Tells the miner about a change. */
  readonly onChange: (change: { readonly method: string; readonly hasMined: boolean }) => void;
  /** Starts mining; before, changes are only counted (a replay mines its own blocks). */
  readonly start: (mine: () => Promise<unknown>) => void;
  readonly stop: () => void;
};

/** @param intervalMs - Time between two blocks. */
export function createFinalityMiner(intervalMs = 1000): FinalityMiner {
  let blocksMissing = 0;
  let mine: (() => Promise<unknown>) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const schedule = () => {
    if (!mine || timer || blocksMissing <= 0) return;
    timer = setTimeout(async () => {
      // The call comes back through `onChange`, which counts the block and does not yet schedule: `timer` is still set.
      await mine?.().catch(() => undefined);
      timer = undefined;
      schedule();
    }, intervalMs);
  };
  return {
    onChange: ({ method, hasMined }) => {
      if (!hasMined) return;
      blocksMissing = method === 'evm_mine' || method === 'hardhat_mine' ? blocksMissing - 1 : finalityDepth;
      schedule();
    },
    start: (work) => {
      mine = work;
      schedule();
    },
    stop: () => {
      mine = undefined;
      clearTimeout(timer);
    },
  };
}
