/**
 * A place in the stream of changes: everything written by database transactions below `transactionId` lies before it, and of that
 * transaction everything up to `sequence`. Commit-safe: only changes of transactions that have ended get a place that is told to anybody.
 */
export type ChangeCursor = { readonly transactionId: bigint; readonly sequence: bigint };

/** Orders two places. */
export function compareCursors(left: ChangeCursor, right: ChangeCursor): number {
  if (left.transactionId !== right.transactionId) return left.transactionId < right.transactionId ? -1 : 1;
  if (left.sequence !== right.sequence) return left.sequence < right.sequence ? -1 : 1;
  return 0;
}

/** Writes a place as an event's id. */
export function encodeChangeCursor({ transactionId, sequence }: ChangeCursor): string {
  return `${transactionId}-${sequence}`;
}

const shape = /^(\d{1,19})-(\d{1,18})$/;

/** Reads a Last-Event-ID; undefined when it is none of ours. */
export function findChangeCursor(text: string): ChangeCursor | undefined {
  const [, transactionId, sequence] = shape.exec(text) ?? [];
  return transactionId === undefined || sequence === undefined
    ? undefined
    : { transactionId: BigInt(transactionId), sequence: BigInt(sequence) };
}
