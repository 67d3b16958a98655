/**
 * Everything that the wallet keeps in this browser's database, in one list: what it is for, whether it outlives the tab's
 * session, whether it is secret, and whether it may ever stand in a report. Nothing is stored that is not listed here.
 */
export const fields = {
  vaults: {
    purpose: 'The encrypted vault of each user of this device, with its last versions.',
    persisted: true,
    // Worthless without the password; but whoever has it can try passwords offline.
    secret: false,
    loggable: false,
  },
  vaults_seen: {
    purpose: 'The highest vault version that this device has met for each user; an older one is not taken any more.',
    persisted: true,
    secret: false,
    loggable: true,
  },
  address_books: {
    purpose: 'The encrypted address book of each wallet of this device: contacts, notes and tags.',
    persisted: true,
    secret: false,
    loggable: false,
  },
  address_books_seen: {
    purpose: 'The highest version of each address book that this device has met on the service.',
    persisted: true,
    secret: false,
    loggable: true,
  },
  kdf_seen: {
    purpose: 'The strongest key derivation that this device has met for each e-mail address.',
    persisted: true,
    secret: false,
    loggable: false,
  },
  session_keys: {
    purpose:
      'A key that no code can read, which with its counterpart in sessionStorage keeps the wallet open over a reload.',
    persisted: false,
    secret: true,
    loggable: false,
  },
  send_intents: {
    purpose: 'What is being sent, written down before it leaves, so that a closed tab neither loses nor repeats it.',
    persisted: true,
    secret: false,
    loggable: false,
  },
  probe: {
    purpose: 'Written and deleted at once before an account is made, to know whether the browser keeps anything.',
    persisted: false,
    secret: false,
    loggable: true,
  },
} as const satisfies Record<string, FieldTraits>;

/** What must be known of a stored field. */
export type FieldTraits = {
  readonly purpose: string;
  /** Whether it stays after the wallet is locked. */
  readonly persisted: boolean;
  /** Whether it gives access by itself. */
  readonly secret: boolean;
  /** Whether it may stand in a log or an error report. */
  readonly loggable: boolean;
};

export type FieldName = keyof typeof fields;
