import { deleteField, readField, withDatabase, writeField } from './database.ts';
import type { SendIntent } from './stored-rows.ts';

/**
 * Writes an intent down. It is durable when the promise fulfils; only then may it leave the browser.
 *
 * @returns whether it was written down before: an earlier attempt may have done it.
 */
export async function saveIntent(intent: SendIntent): Promise<boolean> {
  const known = await readField('send_intents', intent.id);
  await writeField('send_intents', intent.id, intent);
  return known !== undefined;
}

/** Forgets an intent, because its outcome is known. */
export function forgetIntent(id: string): Promise<void> {
  return deleteField('send_intents', id);
}

/** The intents of a user whose outcome is not known, oldest first. */
export async function listIntents(userId: string): Promise<readonly SendIntent[]> {
  const all = await withDatabase((database) => database.getAll('send_intents'));
  return all.filter((intent) => intent.userId === userId).sort((one, two) => (one.createdAt < two.createdAt ? -1 : 1));
}
