/** Notifications that are almost true: a signed one with something changed afterwards, or signed by somebody else. */
import fc from 'fast-check';
import type { Forger, NoticeChanges } from './forge.ts';

type Notice = { readonly headers: Record<string, string>; readonly body: Buffer };
type Mutation = (notice: Notice) => Notice;

/** Covered by the signature, each of them. */
const signedHeaders = [
  'sandbox-merchant',
  'sandbox-algorithm',
  'sandbox-key',
  'sandbox-timestamp',
  'sandbox-nonce',
  'sandbox-signature',
] as const;
const header = fc.constantFrom(...signedHeaders);
const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const placeIn = (length: number, part: number) => Math.floor(length * part);

const withHeader = (notice: Notice, name: string, change: (value: string) => string): Notice => ({
  ...notice,
  headers: { ...notice.headers, [name]: change(notice.headers[name] ?? '') },
});

const changeBytes: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.integer({ min: 0, max: 7 })).map(([part, bit]): Mutation => {
    return ({ headers, body }) => {
      const changed = Buffer.from(body);
      const place = placeIn(body.length, part);
      changed[place] = (changed[place] ?? 0) ^ (1 << bit);
      return { headers, body: changed };
    };
  }),
  fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([part, more]): Mutation => {
    return ({ headers, body }) => {
      const place = placeIn(body.length + 1, part);
      return { headers, body: Buffer.concat([body.subarray(0, place), more, body.subarray(place)]) };
    };
  }),
  at.map(
    (part): Mutation =>
      ({ headers, body }) => ({ headers, body: body.subarray(0, placeIn(body.length, part)) }),
  ),
);

const changeHeader: fc.Arbitrary<Mutation> = fc.oneof(
  // Every character, also the last one of a signature, whose lowest bits say nothing.
  fc
    .tuple(header, at, fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ,'))
    .map(([name, part, character]): Mutation => {
      return (notice) =>
        withHeader(notice, name, (value) => {
          const place = placeIn(value.length, part);
          return value.slice(0, place) + character + value.slice(place + 1);
        });
    }),
  fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').map(
    (last): Mutation =>
      (notice) =>
        withHeader(notice, 'sandbox-signature', (value) => value.slice(0, -1) + last),
  ),
  fc.tuple(header, fc.string({ maxLength: 90 })).map(
    ([name, value]): Mutation =>
      (notice) =>
        withHeader(notice, name, () => value),
  ),
  header.map(
    (name): Mutation =>
      (notice) =>
        withHeader(notice, name, (value) => value.toUpperCase()),
  ),
  header.map(
    (name): Mutation =>
      (notice) =>
        withHeader(notice, name, (value) => `${value}=`),
  ),
  header.map(
    (gone): Mutation =>
      ({ headers, body }) => ({
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== gone)),
        body,
      }),
  ),
  fc.tuple(header, header).map(
    ([one, other]): Mutation =>
      (notice) =>
        withHeader(notice, one, () => notice.headers[other] ?? ''),
  ),
  // Within the window, too: what was signed is what counts.
  fc.integer({ min: -100_000, max: 100_000 }).map(
    (by): Mutation =>
      (notice) =>
        withHeader(notice, 'sandbox-timestamp', (value) => String(Number(value) + by)),
  ),
);

const mutations = fc.array(fc.oneof(changeBytes, changeHeader), { minLength: 1, maxLength: 3 });

/** Signed as they are, and wrong all the same. */
const wrongFromTheStart: fc.Arbitrary<NoticeChanges> = fc.oneof(
  fc.string({ maxLength: 20 }).map((merchant): NoticeChanges => ({ merchant: `x${merchant.replace(/[^\w]/g, '')}` })),
  fc.string({ maxLength: 20 }).map((merchant): NoticeChanges => ({ content: { merchant: `x${merchant}` } })),
  fc.webUrl().map((url): NoticeChanges => ({ url })),
  fc
    .oneof(fc.integer({ min: 302, max: 10 ** 9 }), fc.integer({ min: -(10 ** 9), max: -302 }))
    .map((by): NoticeChanges => ({ timestamp: String(Math.floor(Date.now() / 1000) + by) })),
  fc
    .tuple(
      fc.constantFrom('amount', 'currency', 'eventId', 'type'),
      fc.constantFrom<unknown>(
        null,
        -1,
        0,
        1e21,
        '',
        '0',
        '-1',
        '1e4',
        '0x10',
        '１０',
        ' 1',
        '1.0',
        'cny',
        {},
        [],
        true,
      ),
    )
    .map(([name, value]): NoticeChanges => ({ content: { [name]: value } })),
);

const isSame = (left: Notice, right: Notice) =>
  left.body.equals(right.body) &&
  [...new Set([...Object.keys(left.headers), ...Object.keys(right.headers)])].every(
    (name) => left.headers[name] === right.headers[name],
  );

const toNotice = ({ headers, body }: ReturnType<Forger['notice']>): Notice => ({ headers, body: Buffer.from(body) });

/**
 * @param trusted - Whoever the service believes.
 * @param stranger - Somebody with a key that it does not know.
 */
export function mutatedNotices(trusted: Forger, stranger: Forger, orderNumber: string): fc.Arbitrary<Notice> {
  const content = { orderNumber };
  const original = toNotice(trusted.notice({ content }));
  return fc
    .oneof(
      { weight: 8, arbitrary: mutations.map((all) => mutate(original, all)) },
      { weight: 2, arbitrary: wrongFromTheStart.map((wrong) => makeWrong(trusted, orderNumber, wrong)) },
      {
        weight: 1,
        // By a stranger in the name of the key that is believed.
        arbitrary: fc.boolean().map((isNamed): Notice | undefined => {
          const forged = toNotice(stranger.notice({ content }));
          const key = trusted.notice().headers['sandbox-key'] ?? '';
          return isNamed ? withHeader(forged, 'sandbox-key', () => key) : forged;
        }),
      },
    )
    .filter((notice): notice is Notice => notice !== undefined);
}

function mutate(original: Notice, all: readonly Mutation[]): Notice | undefined {
  const mutant = all.reduce((notice, change) => change(notice), original);
  return isSame(mutant, original) ? undefined : mutant;
}

function makeWrong(forger: Forger, orderNumber: string, wrong: NoticeChanges): Notice {
  return toNotice(forger.notice({ ...wrong, content: { orderNumber, ...wrong.content } }));
}
