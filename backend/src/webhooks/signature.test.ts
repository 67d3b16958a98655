import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createSecret, signMessage } from './signature.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/standard-webhooks/cases.json', import.meta.url), 'utf8'),
) as {
  readonly sign: readonly {
    readonly secret: string;
    readonly id: string;
    readonly timestamp: number;
    readonly payload: string;
    readonly signature: string;
  }[];
};
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('a signature', () => {
  it.each(vectors.sign)(
    'is the one that the standard gives for $id',
    ({ secret, id, timestamp, payload, signature }) => {
      expect(signMessage({ id, timestamp, body: payload }, [secret])).toEqual({
        'webhook-id': id,
        'webhook-timestamp': `${timestamp}`,
        'webhook-signature': signature,
      });
    },
  );

  const anySecret = fc
    .uint8Array({ minLength: 24, maxLength: 64 })
    .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
  const aBody = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed());

  it('is accepted by the stock receiver, whatever is signed and by whichever secret', () => {
    fc.assert(
      fc.property(fc.uuid(), aBody, fc.array(anySecret, { minLength: 1, maxLength: 3 }), (id, body, secrets) => {
        const headers = signMessage({ id, timestamp: nowSeconds(), body }, secrets);
        for (const secret of secrets)
          expect(() => new Webhook(secret).verify(body, headers, { jsonParse: false })).not.toThrow();
      }),
    );
  });

  it('is refused when anything of it is another', () => {
    fc.assert(
      fc.property(fc.uuid(), aBody, anySecret, anySecret, (id, body, secret, other) => {
        fc.pre(secret !== other);
        // Read once: a second that passes in between would make the earlier one the one that was signed.
        const timestamp = nowSeconds();
        const headers = signMessage({ id, timestamp, body }, [secret]);
        const verify = (text: string, changed: Partial<typeof headers>, by = secret) =>
          new Webhook(by).verify(text, { ...headers, ...changed }, { jsonParse: false });
        expect(() => verify(`${body} `, {})).toThrow();
        expect(() => verify(body, { 'webhook-id': `${id}0` })).toThrow();
        expect(() => verify(body, { 'webhook-timestamp': `${timestamp - 1}` })).toThrow();
        expect(() => verify(body, {}, other)).toThrow();
      }),
    );
  });

  it('is stale after five minutes for the stock receiver', () => {
    const secret = createSecret();
    const headers = signMessage({ id: 'one', timestamp: nowSeconds() - 301, body: '{}' }, [secret]);
    expect(() => new Webhook(secret).verify('{}', headers)).toThrow(/too old/);
  });
});

describe('a secret', () => {
  it('is 32 random bytes in the form of the standard', () => {
    const secret = createSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(createSecret()).not.toBe(secret);
  });

  it.each([
    '',
    'whsec_',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    'whsec_not base64 at all but long enough!',
  ])('is refused as %j', (secret) => {
    expect(() => signMessage({ id: 'one', timestamp: 0, body: '' }, [secret])).toThrow(/Not a secret/);
  });
});
