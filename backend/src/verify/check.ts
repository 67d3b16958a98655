/** One invariant of the books, as a query over one snapshot. */
export type Invariant = {
  /** Stable name, such as `ledger.balanced`. */
  readonly name: string;
  /** What must be true, as a sentence for the operator. */
  readonly title: string;
  /**
   * Answers one row: `figure` (what was looked at, for people), `violations` (how many things break it) and `examples` (names of some).
   * Amounts inside are written by the database, so that none passes through a float.
   */
  readonly sql: string;
};

/** How an invariant stands. */
export type Check = {
  readonly name: string;
  readonly title: string;
  /** What was looked at. */
  readonly figure: string;
  /** How many things break the invariant; 0 when it holds. */
  readonly violations: number;
  /** Names of some of them: ids, accounts, references. */
  readonly examples: readonly string[];
};
