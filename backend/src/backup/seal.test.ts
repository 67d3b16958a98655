import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackupError } from './backup-error.ts';
import { openBackup, sealBackup } from './seal.ts';

const key = randomBytes(32);

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const seal = (plain: Buffer) => gather(sealBackup(key, chunksOf(plain, 10_000)));
const open = (sealed: Buffer, size = 7000, withKey = key) => gather(openBackup(withKey, chunksOf(sealed, size)));
const problemOf = (sealed: Buffer, withKey = key): Promise<unknown> =>
  open(sealed, 7000, withKey).then(
    () => 'opened',
    (error: unknown) => (error instanceof BackupError ? error.problem : error),
  );

describe('a sealed backup', () => {
  it('opens to what went in, however it is cut into chunks', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        async (plain, size) => {
          expect(await open(await seal(Buffer.from(plain)), Math.max(size, 50))).toEqual(Buffer.from(plain));
        },
      ),
      { numRuns: 20 },
    ));

  it('shows nothing of its content, and is another file each time', async () => {
    const plain = Buffer.from('Li Lei’s money '.repeat(100));
    const [one, other] = [await seal(plain), await seal(plain)];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('money')).toBe(false);
  });

  it('refuses another key by name', async () => {
    expect(await problemOf(await seal(Buffer.from('x')), randomBytes(32))).toBe('wrong_key');
  });

  it('refuses every flipped bit', async () => {
    const sealed = await seal(randomBytes(150_000));
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = Buffer.from(sealed);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect(await problemOf(flipped)).toMatch(/^(?:not_a_backup|unknown_version|wrong_key|damaged|cut_off)$/);
      }),
      {
        numRuns: 200,
        examples: [
          [0, 0],
          [8, 0],
          [20, 0],
          [45, 0],
          [57, 7],
          [61, 0],
          [sealed.length - 1, 0],
        ],
      },
    );
  });

  it('refuses every missing end, also at the edge of a frame', async () => {
    const sealed = await seal(randomBytes(150_000));
    const frame = 4 + 65_536 + 16;
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), async (length) => {
        expect(await problemOf(sealed.subarray(0, length))).toMatch(/^(?:not_a_backup|damaged|cut_off)$/);
      }),
      { numRuns: 200, examples: [[0], [57], [57 + frame], [57 + 2 * frame], [sealed.length - 1]] },
    );
    expect(await problemOf(sealed.subarray(0, 57 + frame))).toBe('cut_off');
  });

  it('refuses frames that were exchanged, repeated or added', async () => {
    const sealed = await seal(randomBytes(150_000));
    const frame = 4 + 65_536 + 16;
    const [head, first, second, rest] = [
      sealed.subarray(0, 57),
      sealed.subarray(57, 57 + frame),
      sealed.subarray(57 + frame, 57 + 2 * frame),
      sealed.subarray(57 + 2 * frame),
    ];
    expect(await problemOf(Buffer.concat([head, second, first, rest]))).toBe('damaged');
    expect(await problemOf(Buffer.concat([head, first, first, second, rest]))).toBe('damaged');
    expect(await problemOf(Buffer.concat([sealed, first]))).toBe('damaged');
  });

  it('refuses a file that is something else', async () => {
    expect(await problemOf(Buffer.from('PGDMP and so on '.repeat(10)))).toBe('not_a_backup');
  });
});
