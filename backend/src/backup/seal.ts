/**
 * The outside of a backup file: compressed, then encrypted in frames, so that it can be written and read as a stream and nothing of it
 * is used before it is known to be what was written.
 *
 *     magic (8) · version (1) · salt (32) · key check (16) · frames: length (4) · AES-256-GCM ciphertext · tag (16)
 *
 * The key of the frames is derived from the operator's key and the salt (HKDF-SHA-256), so it is used for one file only. A frame's nonce
 * is its number and whether it is the last: frames can't be dropped, repeated, reordered or cut off unnoticed (the STREAM construction).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupError } from './backup-error.ts';

/** The operator's key: 32 bytes. */
export type BackupKey = Buffer;

const magic = Buffer.from('FEIQIANB', 'ascii');
const version = 1;
const saltBytes = 32;
const checkBytes = 16;
const headBytes = magic.length + 1 + saltBytes + checkBytes;
const tagBytes = 16;
const frameBytes = 65_536;

/** Compresses and encrypts. */
export async function* sealBackup(key: BackupKey, plain: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const salt = randomBytes(saltBytes);
  const head = Buffer.concat([magic, Buffer.of(version), salt, deriveCheck(key, salt)]);
  yield head;
  const seal = createFrameSealer(deriveFrameKey(key, salt), head);
  let held = Buffer.alloc(0);
  for await (const chunk of through(plain, createGzip({ level: 6 }))) {
    held = Buffer.concat([held, chunk]);
    // One frame is always held back: only the end tells which is the last.
    while (held.length > frameBytes) {
      yield seal(held.subarray(0, frameBytes), false);
      held = held.subarray(frameBytes);
    }
  }
  yield seal(held, true);
}

/**
 * The reverse of `sealBackup`.
 *
 * @throws {BackupError} not_a_backup, unknown_version, wrong_key, damaged, cut_off.
 */
export async function* openBackup(key: BackupKey, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    yield* through(openFrames(key, sealed), createGunzip());
  } catch (error) {
    // Only something that we did not write decrypts and does not decompress.
    if (!(error instanceof BackupError) && String((error as { code?: unknown }).code).startsWith('Z_'))
      throw new BackupError('damaged', 'The backup is damaged.', { cause: error });
    throw error;
  }
}

async function* openFrames(key: BackupKey, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = createReader(sealed);
  const head = await reader.take(headBytes);
  if (!head?.subarray(0, magic.length).equals(magic))
    throw new BackupError('not_a_backup', 'This file is not a backup of Feiqian.');
  if (head[magic.length] !== version)
    throw new BackupError('unknown_version', `This version of Feiqian reads backups of version ${version} only.`);
  const salt = head.subarray(magic.length + 1, magic.length + 1 + saltBytes);
  if (!timingSafeEqual(head.subarray(-checkBytes), deriveCheck(key, salt)))
    throw new BackupError(
      'wrong_key',
      'The key is not the one that this backup was made with, or its beginning is damaged.',
    );
  const frameKey = deriveFrameKey(key, salt);
  for (let number = 0; ; number += 1) {
    const length = await reader.take(4);
    if (!length) throw new BackupError('cut_off', 'The end of the backup is missing.');
    const size = length.readUInt32BE();
    if (size > frameBytes) throw new BackupError('damaged', `The backup is damaged in frame ${number}.`);
    const frame = await reader.take(size + tagBytes);
    if (!frame) throw new BackupError('cut_off', 'The end of the backup is missing.');
    const isLast = await reader.isAtEnd();
    const plain = openFrame(frameKey, { number, isLast, head, frame });
    if (!plain)
      // The same frame without being the last: what follows it is gone.
      throw isLast && openFrame(frameKey, { number, isLast: false, head, frame })
        ? new BackupError('cut_off', 'The end of the backup is missing.')
        : new BackupError('damaged', `The backup is damaged in frame ${number}.`);
    yield plain;
    if (isLast) return;
  }
}

type Frame = { readonly number: number; readonly isLast: boolean; readonly head: Buffer; readonly frame: Buffer };

function openFrame(key: Buffer, { number, isLast, head, frame }: Frame): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, toNonce(number, isLast), { authTagLength: tagBytes });
  decipher.setAAD(head);
  decipher.setAuthTag(frame.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(frame.subarray(0, -tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function createFrameSealer(key: Buffer, head: Buffer): (plain: Uint8Array, isLast: boolean) => Buffer {
  let number = 0;
  return (plain, isLast) => {
    const cipher = createCipheriv('aes-256-gcm', key, toNonce(number, isLast), { authTagLength: tagBytes });
    number += 1;
    cipher.setAAD(head);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(plain.length);
    return Buffer.concat([length, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
}

function toNonce(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 0);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

const derive = (key: BackupKey, salt: Uint8Array, purpose: string, bytes: number) =>
  Buffer.from(hkdfSync('sha256', key, salt, `feiqian backup ${version} ${purpose}`, bytes));
const deriveFrameKey = (key: BackupKey, salt: Uint8Array) => derive(key, salt, 'frames', 32);
const deriveCheck = (key: BackupKey, salt: Uint8Array) => derive(key, salt, 'check', checkBytes);

/** Takes exact numbers of bytes from chunks of any size. */
function createReader(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  let isOver = false;
  const fill = async (size: number): Promise<boolean> => {
    while (held.length < size && !isOver) {
      const next = await chunks.next();
      if (next.done) isOver = true;
      else held = Buffer.concat([held, next.value]);
    }
    return held.length >= size;
  };
  return {
    async take(size: number): Promise<Buffer | undefined> {
      if (!(await fill(size))) return undefined;
      const taken = held.subarray(0, size);
      held = held.subarray(size);
      return taken;
    },
    isAtEnd: async (): Promise<boolean> => !(await fill(1)),
  };
}

async function* through(source: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Buffer> {
  const piped = pipeline(Readable.from(source, { objectMode: false }), transform);
  // Its failure reaches the loop below as well, which is the one that throws it.
  piped.catch(() => undefined);
  for await (const chunk of transform) yield chunk as Buffer;
  await piped;
}
