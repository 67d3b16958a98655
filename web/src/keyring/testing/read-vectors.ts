import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Reads a file of web/vectors. The caller says what is in it: vectors are trusted. */
export function readVectors<Vectors>(path: string): Vectors {
  const bytes = readFileSync(new URL(`../../../vectors/${path}`, import.meta.url));
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as Vectors;
}

/** Hexadecimal text, with or without 0x, as bytes. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'));
}

/** Bytes as hexadecimal text without 0x. */
export function toHexText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
