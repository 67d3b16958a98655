/** Failures on demand. A fault is armed for the next so many occasions, of one order or of any. Faults do not survive a restart. */

/** Every fault, by the occasion at which it strikes. */
export const faultNames = [
  // The next notice of a payment, refund or payout.
  'notice_lost',
  'notice_duplicate',
  'notice_held',
  'notice_out_of_order',
  'notice_forged_key',
  'notice_forged_body',
  'notice_downgraded',
  'notice_unsigned',
  'notice_foreign',
  'notice_replayed',
  'notice_future',
  'notice_wrong_amount',
  'notice_wrong_currency',
  'notice_unusual',
  // The next request to the API.
  'api_slow',
  'api_unavailable',
  'api_answer_lost',
  'api_answer_unsigned',
  'api_answer_forged',
  'api_answer_garbage',
  'api_answer_replayed',
  // The next payment by a person.
  'paid_wrong_amount',
  'paid_wrong_currency',
  // The next refund: accepted, and failed afterwards.
  'refund_fails',
] as const;
export type FaultName = (typeof faultNames)[number];

/** One armed fault. */
export type ArmedFault = { readonly name: FaultName; readonly orderNumber: string | null; readonly left: number };

/** The armed faults of one running gateway. */
export type Faults = {
  /** @param orderNumber - Only for this order; null for whichever comes next. */
  readonly arm: (name: FaultName, options?: { readonly orderNumber?: string | null; readonly times?: number }) => void;
  /** Uses up one occasion of the fault if it is armed for this order. */
  readonly take: (name: FaultName, orderNumber: string | null) => boolean;
  readonly list: () => readonly ArmedFault[];
  readonly clear: () => void;
};

const timesMax = 10_000;

/** Starts with no fault armed. */
export function createFaults(): Faults {
  let armed: ArmedFault[] = [];
  return {
    arm(name, { orderNumber = null, times = 1 } = {}) {
      armed = [...armed, { name, orderNumber, left: Math.min(times, timesMax) }];
    },
    take(name, orderNumber) {
      const fault = armed.find(
        (candidate) =>
          candidate.name === name && (candidate.orderNumber === null || candidate.orderNumber === orderNumber),
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
