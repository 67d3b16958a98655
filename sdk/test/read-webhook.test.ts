import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWebhook, type WebhookMessage, WebhookRefused } from '../src/read-webhook.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const now = new Date('2026-11-30T08:00:00Z');
const event = {
  id: '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
  type: 'payment_request.settled',
  timestamp: '2026-11-30T08:00:00.000Z',
  data: {
    id: '1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
    state: 'settled',
    exception: 'none',
    reason: null,
    money: { asset: 'iso4217:CNY', amount: '2500' },
    received: '2500',
    refunded: '0',
    description: '拿铁',
    payee: { handle: 'shop' },
    token: null,
    url: 'http://localhost:8080/pay/1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10',
    orderId: null,
    createdAt: '2026-11-30T07:59:00.000Z',
    expiresAt: null,
    settledAt: '2026-11-30T08:00:00.000Z',
  },
};

function signedBy(key: string, content: string): string {
  return `v1,${createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
    .update(content)
    .digest('base64')}`;
}

/** A delivery as the service makes it, with whatever the test changes. */
function deliver({
  body = JSON.stringify(event),
  seconds = Math.floor(now.getTime() / 1000),
  key = secret,
}: {
  body?: string;
  seconds?: number;
  key?: string;
} = {}): WebhookMessage {
  return {
    body,
    headers: {
      'webhook-id': event.id,
      'webhook-timestamp': `${seconds}`,
      'webhook-signature': signedBy(key, `${event.id}.${seconds}.${body}`),
    },
    secret,
    now,
  };
}

describe('readWebhook', () => {
  it('reads what is signed, as text or as bytes', () => {
    expect(readWebhook(deliver())).toMatchObject({ ...event, paymentRequest: { state: 'settled' } });
    const message = deliver();
    expect(readWebhook({ ...message, body: Buffer.from(message.body as string) }).id).toBe(event.id);
  });

  it('reads an event that is about something else, or of a type that it does not know', () => {
    const body = JSON.stringify({ ...event, type: 'webhook.test', data: { anything: 1 } });
    expect(readWebhook(deliver({ body }))).toMatchObject({ type: 'webhook.test', paymentRequest: undefined });
  });

  it('takes any of several secrets and any of several signatures, so that secrets can be exchanged', () => {
    const [old, message] = [`whsec_${randomBytes(24).toString('base64')}`, deliver()];
    expect(readWebhook({ ...message, secret: [old, secret] }).id).toBe(event.id);
    const both = `v1,AAAA v1a,BBBB ${deliver({ key: old }).headers['webhook-signature']} ${message.headers['webhook-signature']}`;
    expect(readWebhook({ ...message, headers: { ...message.headers, 'webhook-signature': both } }).id).toBe(event.id);
  });

  it('makes the signature of the published vector', () => {
    const { sign } = JSON.parse(
      readFileSync(new URL('../vectors/standard-webhooks/cases.json', import.meta.url), 'utf8'),
    ) as { sign: { secret: string; id: string; timestamp: number; payload: string; signature: string }[] };
    for (const one of sign) {
      const headers = {
        'webhook-id': one.id,
        'webhook-timestamp': `${one.timestamp}`,
        'webhook-signature': one.signature,
      };
      // It is signed; what is in it is no event of ours.
      const read = () =>
        readWebhook({ body: one.payload, headers, secret: one.secret, now: new Date(one.timestamp * 1000) });
      expect(read).toThrow('It does not have the documented form.');
    }
  });

  it.each([
    ['another secret', deliver({ key: `whsec_${randomBytes(32).toString('base64')}` })],
    ['a message of five minutes and a second ago', deliver({ seconds: now.getTime() / 1000 - 301 })],
    ['a message of the future', deliver({ seconds: now.getTime() / 1000 + 301 })],
    ['no headers', { ...deliver(), headers: {} }],
    ['a time that is no number', { ...deliver(), headers: { ...deliver().headers, 'webhook-timestamp': 'NaN' } }],
    ['a cut signature', { ...deliver(), headers: { ...deliver().headers, 'webhook-signature': 'v1,AAAAAA' } }],
    ['an amount that is a number', deliver({ body: JSON.stringify(event).replace('"2500"', '2500') })],
    ['no JSON', deliver({ body: 'paid' })],
  ])('refuses %s', (_what, message) => {
    expect(() => readWebhook(message)).toThrow(WebhookRefused);
  });

  it('refuses whatever was changed in the body', () => {
    const message = deliver();
    const text = message.body as string;
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        fc.pre(text[at] !== letter);
        const body = text.slice(0, at) + letter + text.slice(at + 1);
        expect(() => readWebhook({ ...message, body })).toThrow(WebhookRefused);
      }),
    );
  });
});
