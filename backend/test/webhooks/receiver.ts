/** A merchant's server: a real one, on a port of its own, that answers as a test wants and remembers what came. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What came, as it came. */
export type Received = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly timestamp: string;
    readonly data: { readonly id: string; readonly state: string };
  };
};

/** Answers one request: a status, or whatever it does with the response by itself. */
export type Answer = (received: Received, response: ServerResponse) => number | undefined | Promise<number | undefined>;

export type Receiver = {
  readonly url: string;
  readonly received: readonly Received[];
  /** Connections so far, whether anything came over them or not. */
  readonly connections: () => number;
  answer: Answer;
  /** Ends when this many requests have come. */
  readonly untilReceived: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function startReceiver(answer: Answer = () => 204): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  let waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const one: Received = { path: request.url ?? '', headers: request.headers, body, event: JSON.parse(body) };
    received.push(one);
    for (const look of waiting) look();
    const status = await receiver.answer(one, response);
    if (status !== undefined) response.writeHead(status).end();
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    connections: () => connections,
    answer,
    untilReceived: (count) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (received.length < count) return;
          waiting = waiting.filter((other) => other !== look);
          resolve();
        };
        waiting.push(look);
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** What the stock receiver of Standard Webhooks makes of a delivery; it throws when it does not believe it. */
export function verifyStock(secret: string, { headers, body }: Received): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

/** Types of what came about each object, in order, a repetition beside its first left out. */
export function historyOf(received: readonly Received[]): Record<string, string[]> {
  const histories: Record<string, string[]> = {};
  for (const { event } of received) {
    const history = histories[event.data.id] ?? [];
    histories[event.data.id] = history;
    const type = event.type.replace('payment_request.', '');
    if (history.at(-1) !== type) history.push(type);
  }
  return histories;
}
