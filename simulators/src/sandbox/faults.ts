import type { Faults } from '../faults.ts';

/** Every fault of the gateway, by the occasion at which it strikes; aimed at an order number. */
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

/** The armed faults of one running gateway. */
export type SandboxFaults = Faults<FaultName>;
