/** A seeded generator: the same seed gives the same story. */
export type Random = {
  /** An integer from `min` to `max`, both included. */
  readonly between: (min: number, max: number) => number;
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T;
  readonly chance: (probability: number) => boolean;
  /** A generator of its own, whose numbers do not depend on how many this one gave meanwhile. */
  readonly fork: (name: number) => Random;
};

/**
 * mulberry32: 32 bits of state, enough for stories and short to read.
 *
 * @param seed - Any integer; only its low 32 bits count.
 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    between,
    pick: (choices) => choices[between(0, choices.length - 1)] ?? choices[0],
    chance: (probability) => next() < probability,
    fork: (name) => createRandom(Math.imul(seed ^ 0x9e3779b9, 2 * name + 1) ^ (name << 7)),
  };
}
