import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import type { EventSink } from '../http/event-stream.ts';

/** One client that is shown a request. Who is slow misses what was between, never how it is in the end. */
export type Viewer = {
  readonly openedAtMs: number;
  /** Shows it unless it was shown like that; one that nothing more can come of ends the stream. */
  readonly show: (request: PaymentRequestWire) => void;
  /** Shows intermediaries that the stream lives. */
  readonly beat: () => void;
  readonly end: () => void;
};

// A client that takes nothing for this long is gone.
const blockedMs = 30_000;
const retryMs = 2_000;
const beatText = ':\n\n';

export function createViewer({
  sink,
  openedAtMs,
  onEnd,
}: {
  readonly sink: EventSink;
  readonly openedAtMs: number;
  readonly onEnd: () => void;
}): Viewer {
  let shown = '';
  let next: string | undefined;
  let isLast = false;
  let isWriting = false;
  let isEnded = false;
  const end = () => {
    if (isEnded) return;
    isEnded = true;
    sink.end();
    onEnd();
  };
  const run = async (): Promise<void> => {
    isWriting = true;
    try {
      for (let text = next; text !== undefined && !isEnded; text = next) {
        next = undefined;
        await writeSoon(sink, text);
      }
      if (isLast) end();
    } catch {
      end();
    } finally {
      isWriting = false;
    }
  };
  const write = (text: string) => {
    next = text;
    if (!isWriting && !isEnded) void run();
  };
  return {
    openedAtMs,
    show(request) {
      const text = JSON.stringify(request);
      if (text === shown) return;
      const isFirst = shown === '';
      shown = text;
      isLast = request.state !== 'new' && request.state !== 'processing';
      write(`${isFirst ? `retry: ${retryMs}\n` : ''}event: request\ndata: ${text}\n\n`);
    },
    beat: () => {
      if (!isWriting) write(beatText);
    },
    end,
  };
}

/** @throws {Error} When the client takes nothing any more. */
async function writeSoon(sink: EventSink, text: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The client takes nothing any more.')), blockedMs);
  });
  try {
    await Promise.race([sink.write(text), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
