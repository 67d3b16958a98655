import type { Faults } from '../faults.ts';

/** Every fault of the mail server, by the occasion at which it strikes; aimed at a recipient, or at whatever comes next. */
export const mailFaultNames = [
  // The next connection; it has no recipient yet.
  'unavailable',
  'login_refused',
  // The next recipient.
  'recipient_busy',
  'recipient_unknown',
  // The next message, once all of it has come.
  'message_refused',
  'slow',
  'answer_lost',
  'message_lost',
] as const;
export type MailFaultName = (typeof mailFaultNames)[number];

/** The armed faults of one running mail server. */
export type MailFaults = Faults<MailFaultName>;
