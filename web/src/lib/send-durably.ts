import { errorCodes } from '@feiqian/domain/errors';
import { forgetIntent, listIntents, saveIntent } from '../storage/send-intents.ts';
import { codeOf } from './error-code.ts';
import { effectOf } from './flow.ts';
import { nothing, type Schema, sendJson } from './http.ts';

type DurableSend<Value> = {
  readonly userId: string;
  readonly path: string;
  readonly body: unknown;
  readonly idempotencyKey: string;
  readonly schema: Schema<Value>;
};

/**
 * Sends something signed that must neither get lost nor happen twice: it is written down before it leaves, and forgotten
 * when its outcome is known. A tab that closes in between sends the very same again at the next opening.
 *
 * @throws {AppError} what the service says; STORAGE_UNAVAILABLE before anything left.
 */
export async function sendDurably<Value>({
  userId,
  path,
  body,
  idempotencyKey,
  schema,
}: DurableSend<Value>): Promise<Value> {
  await saveIntent({
    id: idempotencyKey,
    userId,
    path,
    body: JSON.stringify(body),
    createdAt: new Date().toISOString(),
  });
  try {
    const answer = await sendJson({ path, body, schema, idempotencyKey });
    await forgetIntent(idempotencyKey);
    return answer;
  } catch (error) {
    // Without an answer it may have happened: it stays written down.
    if (effectOf(error) === 'none') await forgetIntent(idempotencyKey);
    throw error;
  }
}

/** Sends again what a closed tab left without an answer. The service does each once, by its key. */
export async function resendIntents(userId: string): Promise<void> {
  for (const { id, path, body } of await listIntents(userId)) {
    try {
      await sendJson({ path, body: JSON.parse(body), schema: nothing, idempotencyKey: id });
      await forgetIntent(id);
    } catch (error) {
      if (isOver(error)) await forgetIntent(id);
    }
  }
}

/** Whether sending again can change nothing: refused for good, not for lack of a session or of patience. */
function isOver(error: unknown): boolean {
  const { kind, retryable } = errorCodes[codeOf(error)];
  return effectOf(error) === 'none' && !retryable && kind !== 'unauthorized';
}
