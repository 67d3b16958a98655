import { type ErrorCode, errorCodes } from '@feiqian/domain/errors';
import { forgetIntent, listIntents, saveIntent } from '../storage/send-intents.ts';
import { codeOf } from './error-code.ts';
import { effectOf, isJudgement } from './flow.ts';
import { nothing, type Schema, sendJson } from './http.ts';

type DurableSend<Value> = {
  readonly userId: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotencyKey: string;
  readonly schema: Schema<Value>;
};

// As long as a signed payment is good for. Who comes back later has looked at the history, and may have paid in another way.
const staleMs = 3_600_000;

/** What this tab is sending just now: its screen says what becomes of it. */
const underWay = new Set<string>();

/**
 * Sends something approved that must neither get lost nor happen twice: it is written down before it leaves, and forgotten
 * when its outcome is known. A tab that closes in between sends the very same again at the next opening.
 *
 * @throws {AppError} what the service says; STORAGE_UNAVAILABLE before anything left.
 */
export async function sendDurably<Value>({
  userId,
  path,
  body,
  idempotencyKey: id,
  schema,
}: DurableSend<Value>): Promise<Value> {
  underWay.add(id);
  try {
    const isRepeat = await saveIntent({
      id,
      userId,
      path,
      body: JSON.stringify(body),
      createdAt: new Date().toISOString(),
    });
    try {
      const answer = await sendJson({ path, body, schema, idempotencyKey: id });
      await forget(id);
      return answer;
    } catch (error) {
      // Without an answer it may have happened, now or at an earlier attempt: it stays written down.
      if (isRepeat ? isJudgement(error) : effectOf(error) === 'none') await forget(id);
      throw error;
    }
  } finally {
    underWay.delete(id);
  }
}

/** What became of what was sent again. */
export type Resent = {
  readonly sent: number;
  /** Why the others were refused for good. */
  readonly refused: readonly ErrorCode[];
};

/** Sends again what a closed tab left without an answer. The service does each once, by its key. */
export async function resendIntents(userId: string): Promise<Resent> {
  let sent = 0;
  const refused: ErrorCode[] = [];
  for (const { id, path, body, createdAt } of await listIntents(userId)) {
    if (underWay.has(id)) continue;
    if (Date.parse(createdAt) < Date.now() - staleMs) {
      await forget(id);
      continue;
    }
    try {
      await sendJson({ path, body: JSON.parse(body), schema: nothing, idempotencyKey: id });
      sent += 1;
      await forget(id);
    } catch (error) {
      if (!isOver(error)) continue;
      refused.push(codeOf(error));
      await forget(id);
    }
  }
  return { sent, refused };
}

/** Whether sending again can change nothing: refused for good, not for lack of a session or of patience. */
function isOver(error: unknown): boolean {
  return isJudgement(error) && !errorCodes[codeOf(error)].retryable;
}

/** The outcome is known and must be told. What stays written down is sent again once more, which changes nothing. */
async function forget(id: string): Promise<void> {
  await forgetIntent(id).catch(() => undefined);
}
