/** Reads server-sent events over HTTP as a browser does, without coming again by itself. */
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';

export type EventClient = {
  readonly status: number;
  readonly headers: Headers;
  /** What was shown so far, oldest first. */
  readonly shown: readonly PaymentRequestWire[];
  /** Signs of life so far. */
  readonly beats: () => number;
  readonly isOver: () => boolean;
  readonly disconnect: () => void;
};

export async function openEvents(url: string, requestId: string): Promise<EventClient> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/v1/payment-requests/${requestId}/events`, { signal: leaving.signal });
  const shown: PaymentRequestWire[] = [];
  let beats = 0;
  let isOver = false;
  const take = (block: string) => {
    const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*: ?/, '')]));
    if (block === ':') beats += 1;
    if (fields.get('event') === 'request') shown.push(JSON.parse(fields.get('data') ?? '') as PaymentRequestWire);
  };
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) {
      text += decoder.decode(part as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  return {
    status: response.status,
    headers: response.headers,
    shown,
    beats: () => beats,
    isOver: () => isOver,
    disconnect: () => leaving.abort(),
  };
}
