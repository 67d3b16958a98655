/** The file that the local chain comes back from: one line of JSON for each state-changing call, on disk before the call is made. */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A call as it was made. */
export type LoggedCall = {
  readonly method: string;
  readonly params: readonly unknown[];
  /** Time of the first block that the call may mine, in seconds. */
  readonly timeSeconds?: number;
  /** How far the chain's clock is ahead of the wall clock from here on, in seconds. */
  readonly aheadSeconds?: number;
};

/** What the head of the chain was after the calls before it: the proof that a replay gave the same chain. */
export type LoggedHead = { readonly blockNumber: number; readonly blockHash: string };

/** The first line: which chain the calls were made on. */
export type LogHeader = { readonly version: 1; readonly chainId: number; readonly genesisHash: string };

/** A line of the log after the first. */
export type LogEntry = LoggedCall | LoggedHead;

/** True for lines that say where the head was. */
export function isLoggedHead(entry: LogEntry): entry is LoggedHead {
  return 'blockHash' in entry;
}

/** An open log. */
export type CallLog = {
  readonly header: LogHeader | undefined;
  /** What the file held when it was opened. */
  readonly entries: readonly LogEntry[];
  readonly writeHeader: (header: LogHeader) => void;
  /** Writes a call and waits for the disk. Answers with the position to give to {@link CallLog.dropFrom}. */
  readonly append: (call: LoggedCall) => number;
  /** Notes the head; it reaches the file with the next call or at the end. */
  readonly noteHead: (head: LoggedHead) => void;
  /** Takes back the last call, which turned out to change nothing. */
  readonly dropFrom: (position: number) => void;
  readonly close: () => void;
};

/**
 * Opens the log, or starts one. A last line that a power cut left half-written is cut off: its call was never made.
 *
 * @throws {Error} When a line in the middle can't be read.
 */
export function openCallLog(path: string): CallLog {
  mkdirSync(dirname(path), { recursive: true });
  const { header, entries, length } = existsSync(path) ? readLog(path) : { header: undefined, entries: [], length: 0 };
  const file = openSync(path, existsSync(path) ? 'r+' : 'w+', 0o600);
  let position = length;
  let head: LoggedHead | undefined;
  if (fstatSync(file).size > length) ftruncateSync(file, length);

  const write = (lines: readonly object[]) => {
    const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    writeSync(file, text, 0, text.length, position);
    position += text.length;
  };
  const writeNotedHead = () => {
    if (head) write([head]);
    head = undefined;
  };
  return {
    header,
    entries,
    writeHeader: (line) => {
      write([line]);
      fsyncSync(file);
    },
    append: (call) => {
      writeNotedHead();
      const start = position;
      write([call]);
      fsyncSync(file);
      return start;
    },
    noteHead: (noted) => {
      head = noted;
    },
    dropFrom: (start) => {
      ftruncateSync(file, start);
      position = start;
    },
    close: () => {
      writeNotedHead();
      fsyncSync(file);
      closeSync(file);
    },
  };
}

function readLog(path: string): { header: LogHeader | undefined; entries: LogEntry[]; length: number } {
  const text = readFileSync(path, 'utf8');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = complete.split('\n').slice(0, -1);
  const parsed = lines.map((line, index) => parseLine(line, index + 1, path));
  const [header, ...entries] = parsed;
  return {
    header: header as LogHeader | undefined,
    entries: entries as LogEntry[],
    length: Buffer.byteLength(complete),
  };
}

function parseLine(line: string, number: number, path: string): object {
  try {
    return JSON.parse(line) as object;
  } catch (cause) {
    throw new Error(
      `Line ${number} of the local chain's log ${path} can't be read. Restore the file, or begin anew with npm start -- --fresh.`,
      { cause },
    );
  }
}
