/** The local chain's clock: wall time, plus what somebody asked it to jump ahead. */

/** Decides the time of each block, so that it is known before the block is mined and can be logged first. */
export type ChainClock = {
  /** How far ahead of the wall clock the chain is, in seconds. */
  readonly aheadSeconds: () => number;
  /** Time for the next block, never before the latest one; an asked-for time is used up. */
  readonly takeNext: (latestSeconds: number) => number;
  /** The next block gets this time, and time goes on from there. */
  readonly setNext: (timeSeconds: number) => void;
  readonly advance: (seconds: number) => void;
  /** Takes over what the log says. */
  readonly restore: (aheadSeconds: number) => void;
  /** Goes on from a block that is ahead of the clock, as after mining many blocks with an interval. */
  readonly catchUp: (latestSeconds: number) => void;
};

/** Makes a clock on a source of milliseconds. */
export function createChainClock(nowMs: () => number = Date.now): ChainClock {
  let ahead = 0;
  let asked: number | undefined;
  const wallSeconds = () => Math.floor(nowMs() / 1000);
  return {
    aheadSeconds: () => ahead,
    takeNext: (latestSeconds) => {
      const time = Math.max(asked ?? wallSeconds() + ahead, latestSeconds);
      if (asked !== undefined) ahead = time - wallSeconds();
      asked = undefined;
      return time;
    },
    setNext: (timeSeconds) => {
      asked = timeSeconds;
    },
    advance: (seconds) => {
      ahead += seconds;
    },
    restore: (aheadSeconds) => {
      ahead = aheadSeconds;
    },
    catchUp: (latestSeconds) => {
      ahead = Math.max(ahead, latestSeconds - wallSeconds());
    },
  };
}
