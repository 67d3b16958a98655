import { Readable } from 'node:stream';

/** Where the events of one client go. */
export type EventSink = {
  /** Hands over text; resolves once the client takes more. */
  readonly write: (text: string) => Promise<void>;
  /** Ends the client's stream; it may come again. */
  readonly end: () => void;
};

const bufferBytes = 64 * 1024;

/** A response body that events are written to. `sink.write` waits while the client takes nothing; the end of the stream ends the waiting. */
export function createEventStream(): { readonly stream: Readable; readonly sink: EventSink } {
  const waiting: (() => void)[] = [];
  let isOver = false;
  const goOn = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const stream = new Readable({ highWaterMark: bufferBytes, read: goOn });
  stream.once('close', () => {
    isOver = true;
    goOn();
  });
  return {
    stream,
    sink: {
      async write(text) {
        if (isOver || stream.push(text)) return;
        await new Promise<void>((resolve) => waiting.push(resolve));
      },
      end() {
        if (isOver) return;
        isOver = true;
        // Whoever takes nothing would never come to an orderly end.
        if (waiting.length > 0) stream.destroy();
        else stream.push(null);
      },
    },
  };
}
