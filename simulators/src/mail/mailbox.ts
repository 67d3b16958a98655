/** The messages of this run, newest first, as many as there is room for. Nothing is kept over a restart. */

/** One message as it came in. */
export type StoredMessage = {
  /** Counts up from 1. */
  readonly id: number;
  /** RFC 3339 UTC. */
  readonly receivedAt: string;
  /** Whom it came from and for whom it is, as the envelope says: what counts for delivery. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** `From` as people see it. */
  readonly from: string;
  readonly subject: string;
  readonly messageId: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly text: string;
  readonly html: string;
  /** The bytes as they came. */
  readonly source: Buffer;
};

/** Takes and shows messages. */
export type Mailbox = {
  readonly add: (message: Omit<StoredMessage, 'id'>) => void;
  /** Newest first. */
  readonly list: () => readonly StoredMessage[];
  readonly find: (id: number) => StoredMessage | undefined;
  readonly clear: () => void;
  /** @param listener - Told of every message. @returns stops that. */
  readonly listen: (listener: () => void) => () => void;
};

/** How much is kept. */
export type MailboxLimits = { readonly messagesMax: number; readonly bytesMax: number };

const limitsDefault: MailboxLimits = { messagesMax: 200, bytesMax: 32 * 1024 * 1024 };

/** Starts empty. */
export function createMailbox({ messagesMax, bytesMax } = limitsDefault): Mailbox {
  let messages: readonly StoredMessage[] = [];
  let lastId = 0;
  const listeners = new Set<() => void>();
  return {
    add(message) {
      lastId += 1;
      let left = bytesMax;
      messages = [{ ...message, id: lastId }, ...messages].slice(0, messagesMax).filter((kept) => {
        left -= sizeOf(kept);
        return left >= 0;
      });
      for (const listener of listeners) listener();
    },
    list: () => messages,
    find: (id) => messages.find((message) => message.id === id),
    clear() {
      messages = [];
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

// Strings take up to two bytes for each character.
const sizeOf = ({ source, text, html }: StoredMessage): number => source.length + 2 * (text.length + html.length);
