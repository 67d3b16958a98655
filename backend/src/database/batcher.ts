import { AppError } from '@feiqian/domain/errors';

/** Gathers items into batches and says what became of each. */
export type Batcher<Item, Result> = {
  /**
   * Adds an item; resolves with its result once its batch is done.
   *
   * @throws {AppError} SERVICE_UNAVAILABLE when too many wait already, or after {@link Batcher.close}.
   */
  readonly add: (item: Item) => Promise<Result>;
  /** Takes no more, and resolves when everything that was taken is done. */
  readonly close: () => Promise<void>;
};

/** How a {@link Batcher} gathers. */
export type BatcherOptions<Item, Result> = {
  /** Works on a batch; settles every item by itself and never rejects. */
  readonly work: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>;
  /** Batches in flight at once. */
  readonly lanesMax: number;
  /** Items in one batch. */
  readonly batchMax: number;
  /** Items that wait for a lane. */
  readonly waitingMax: number;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
};

/**
 * A micro-batcher without a timer: an item leaves at once when a lane is free, and whatever arrives while all lanes are in
 * flight leaves together. So a lone item waits for nothing, and under load batches grow by themselves.
 */
export function createBatcher<Item, Result>({
  work,
  lanesMax,
  batchMax,
  waitingMax,
}: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let lanesBusy = 0;
  let isScheduled = false;
  let onIdle: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    // After the callers whose answers have just come: what they ask for next belongs into the same batch.
    setImmediate(flush);
  };
  const flush = () => {
    isScheduled = false;
    while (lanesBusy < lanesMax && waiting.length > 0) {
      const batch = waiting.length <= batchMax ? waiting : waiting.slice(0, batchMax);
      waiting = waiting.length <= batchMax ? [] : waiting.slice(batchMax);
      lanesBusy += 1;
      void run(batch);
    }
    if (lanesBusy === 0 && waiting.length === 0) onIdle?.();
  };
  const run = async (batch: readonly Waiting<Item, Result>[]) => {
    const results = await work(batch.map(({ item }) => item));
    lanesBusy -= 1;
    // Enough wait already for a batch that is worth its while: the lane is not left empty while this one's callers are told.
    if (waiting.length >= batchMax / 2) flush();
    batch.forEach(({ resolve, reject }, index) => {
      const result = results[index];
      if (result?.status === 'fulfilled') resolve(result.value);
      else reject(result?.reason);
    });
    schedule();
  };

  return {
    add: (item) => {
      if (closing !== undefined) return Promise.reject(new AppError('SERVICE_UNAVAILABLE', 'The service is ending.'));
      if (waiting.length >= waitingMax)
        return Promise.reject(new AppError('SERVICE_UNAVAILABLE', 'Too many changes wait already.'));
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (lanesBusy < lanesMax) schedule();
      });
    },
    close: () => {
      closing ??= new Promise((resolve) => {
        onIdle = resolve;
        schedule();
      });
      return closing;
    },
  };
}
