/** Brings notices to merchants until they answer 200 or 204, with growing waits; goes on where it was after a restart. */
import { createHmac } from 'node:crypto';
import type { Book, Notice } from './book.ts';
import {
  canonicalText,
  createNonce,
  createSeed,
  createSigningKey,
  type Envelope,
  type SigningKey,
} from './signature.ts';

const answerTimeoutMs = 5000;
const oldSeconds = 3600;
const accepted = new Set([200, 204]);

/** Delivers notices. */
export type Notifier = {
  /** Begins every delivery that is due now. */
  readonly deliverDue: () => void;
  /** Makes a held or given up notice due now. */
  readonly release: (noticeId: string) => void;
  /** Waits for the deliveries under way. */
  readonly settle: () => Promise<void>;
};

/** @param signingKey - The key that signs at this moment. */
export function createNotifier({
  book,
  signingKey,
  retryDelaysMs,
  clock,
}: {
  readonly book: Book;
  readonly signingKey: () => SigningKey;
  readonly retryDelaysMs: readonly number[];
  readonly clock: () => Date;
}): Notifier {
  const underWay = new Map<string, Promise<void>>();
  const deliver = async (notice: Notice): Promise<void> => {
    const copies = notice.attempts === 0 ? notice.copies : 1;
    const answers = await Promise.all(Array.from({ length: copies }, () => send(notice, signingKey(), clock())));
    const isDelivered = answers.some((answer) => accepted.has(Number(answer)));
    const delayMs = notice.isRetried ? retryDelaysMs[notice.attempts] : undefined;
    book.write({
      notices: [
        {
          ...notice,
          attempts: notice.attempts + 1,
          lastAnswer: answers.join(' '),
          status: isDelivered ? 'delivered' : delayMs === undefined ? 'given_up' : 'due',
          nextAt: isDelivered || delayMs === undefined ? null : new Date(clock().getTime() + delayMs).toISOString(),
        },
      ],
    });
  };
  return {
    deliverDue() {
      const now = clock().toISOString();
      for (const notice of book.notices.values()) {
        if (notice.status !== 'due' || notice.nextAt === null || notice.nextAt > now || underWay.has(notice.id))
          continue;
        underWay.set(
          notice.id,
          deliver(notice).finally(() => underWay.delete(notice.id)),
        );
      }
    },
    release(noticeId) {
      const notice = book.notices.get(noticeId);
      if (!notice || underWay.has(noticeId)) return;
      book.write({ notices: [{ ...notice, status: 'due', attempts: 0, copies: 1, nextAt: clock().toISOString() }] });
    },
    async settle() {
      await Promise.all(underWay.values());
    },
  };
}

/** One delivery; answers with the HTTP status or with why there was none. */
async function send(notice: Notice, key: SigningKey, now: Date): Promise<string> {
  const { headers, body } = signNotice(notice, key, now);
  try {
    const response = await fetch(notice.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    await response.body?.cancel();
    return String(response.status);
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'not reached';
  }
}

function signNotice(notice: Notice, key: SigningKey, now: Date): { headers: Record<string, string>; body: string } {
  const { manner, merchant, url } = notice;
  const shiftSeconds = manner === 'replayed' ? -oldSeconds : manner === 'future' ? oldSeconds : 0;
  const signer = manner === 'forged_key' ? createSigningKey(createSeed()) : key;
  // A forger names the key that the merchant trusts.
  const envelope: Envelope = {
    merchant,
    key: key.id,
    timestamp: String(Math.floor(now.getTime() / 1000) + shiftSeconds),
    nonce: createNonce(),
  };
  const text = canonicalText({ kind: 'notification', url }, envelope, Buffer.from(notice.body));
  const downgraded = manner === 'downgraded';
  const signature = downgraded
    ? createHmac('sha256', Buffer.from(key.publicKey, 'base64url')).update(text).digest('base64url')
    : signer.sign(text);
  const headers = {
    ...envelopeHeaders(envelope),
    'sandbox-algorithm': downgraded ? 'hmac-sha256' : 'ed25519',
    ...(manner === 'unsigned' ? {} : { 'sandbox-signature': signature }),
  };
  return { headers, body: manner === 'forged_body' ? raiseAmount(notice.body) : notice.body };
}

/** The signed fields of an envelope as HTTP headers. */
export function envelopeHeaders({ merchant, key, timestamp, nonce }: Envelope): Record<string, string> {
  return {
    'sandbox-merchant': merchant,
    'sandbox-key': key,
    'sandbox-timestamp': timestamp,
    'sandbox-nonce': nonce,
    'sandbox-algorithm': 'ed25519',
  };
}

function raiseAmount(body: string): string {
  const content = JSON.parse(body) as { amount: string };
  return JSON.stringify({ ...content, amount: `${content.amount}0` });
}
