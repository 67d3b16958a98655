/** Failures on demand. A fault is armed for the next so many occasions, of one thing or of any. Faults do not survive a restart. */

/** One armed fault. */
export type ArmedFault<Name extends string> = {
  readonly name: Name;
  /** What it is aimed at, such as an order number; null for whatever comes next. */
  readonly target: string | null;
  readonly left: number;
};

/** The armed faults of one running simulator. */
export type Faults<Name extends string> = {
  /** @param target - Only for this one; null for whichever comes next. */
  readonly arm: (name: Name, options?: { readonly target?: string | null; readonly times?: number }) => void;
  /** Uses up one occasion of the fault if it is armed for this target. */
  readonly take: (name: Name, target: string | null) => boolean;
  readonly list: () => readonly ArmedFault<Name>[];
  readonly clear: () => void;
};

/** How many occasions one fault can be armed for. */
export const faultTimesMax = 10_000;

/** Starts with no fault armed. */
export function createFaults<Name extends string>(): Faults<Name> {
  let armed: ArmedFault<Name>[] = [];
  return {
    arm(name, { target = null, times = 1 } = {}) {
      armed = [...armed, { name, target, left: Math.min(times, faultTimesMax) }];
    },
    take(name, target) {
      const fault = armed.find(
        (candidate) => candidate.name === name && (candidate.target === null || candidate.target === target),
      );
      if (!fault) return false;
      armed = armed.flatMap((candidate) =>
        candidate === fault ? (fault.left > 1 ? [{ ...fault, left: fault.left - 1 }] : []) : [candidate],
      );
      return true;
    },
    list: () => armed,
    clear() {
      armed = [];
    },
  };
}
