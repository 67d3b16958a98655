/**
 * Brings the records of an interrupted deployment back into order. Ignition notes in its journal that it is about to
 * send, sends, and notes the hash. Stopped in between, it does not know whether the chain has the transaction and asks a
 * person to find out. Our outbox knows, so nobody is asked.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { broadcast, type OutgoingTransaction, type RpcProvider, readOutbox } from './outbox.ts';

// A line of Ignition's journal: one message, of which we read only the one that comes before a transaction.
type JournalLine = {
  readonly type: string;
  readonly futureId?: string;
  readonly networkInteractionId?: number;
  readonly nonce?: number;
};

/** Files of a deployment. */
export type DeploymentRecords = { readonly journalPath: string; readonly outboxPath: string };

/**
 * Finishes or takes back the step at which a deployment was stopped.
 *
 * @throws What the node says when it does not take a transaction that was signed but not yet sent, for want of funds for
 * instance. Another call tries again.
 */
export async function resumeInterrupted(
  { journalPath, outboxPath }: DeploymentRecords,
  provider: RpcProvider,
): Promise<void> {
  const lines = await readJournal(journalPath);
  const prepared = lines.at(-1);
  if (prepared?.type !== 'TRANSACTION_PREPARE_SEND') return;
  const outgoing = await readOutbox(outboxPath);
  const isNoted = (hash: string) => lines.some((line) => JSON.stringify(line).includes(hash));
  if (outgoing && outgoing.nonce === prepared.nonce && !isNoted(outgoing.hash)) {
    await broadcast(provider, outgoing);
    await writeJournal(journalPath, [...lines, toSentLine(prepared, outgoing)]);
  } else {
    // Nothing is broadcast before it is in the outbox, so this step never left.
    await writeJournal(journalPath, lines.slice(0, -1));
  }
}

/** What Ignition would have noted had it not been stopped. */
function toSentLine(
  { futureId, networkInteractionId, nonce }: JournalLine,
  { hash, fees }: OutgoingTransaction,
): object {
  const amounts = Object.entries(fees).map(([name, wei]) => [name, { _kind: 'bigint', value: BigInt(wei).toString() }]);
  return {
    futureId,
    networkInteractionId,
    nonce,
    transaction: { fees: Object.fromEntries(amounts), hash },
    type: 'TRANSACTION_SEND',
  };
}

async function readJournal(path: string): Promise<JournalLine[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const texts = text.split('\n').filter((line) => line !== '');
  const lines = texts.flatMap((line, index) => parseLine(line, index === texts.length - 1));
  if (lines.length < texts.length) await writeJournal(path, lines);
  return lines;
}

/** The last line may be half-written: what it says then counts as not having happened. */
function parseLine(text: string, isLast: boolean): JournalLine[] {
  try {
    return [JSON.parse(text) as JournalLine];
  } catch (error) {
    if (isLast) return [];
    throw new Error('The journal of the deployment is damaged.', { cause: error });
  }
}

async function writeJournal(path: string, lines: readonly object[]): Promise<void> {
  // Flushed and then renamed: the journal is the old one or the new one, never half of one.
  const draft = `${path}.new`;
  await writeFile(draft, lines.map((line) => `\n${JSON.stringify(line)}`).join(''), { flush: true });
  await rename(draft, path);
}
