import { encode } from 'uqr';

/** Where the modules of a QR code lie, in modules from the upper left corner of its quiet zone. */
export type QrDrawing = {
  /** Modules on each side, with the quiet zone. */
  readonly size: number;
  readonly isDark: readonly (readonly boolean[])[];
  /** The square in the middle that the seal has; absent where it would cover what readers go by. */
  readonly seal?: { readonly start: number; readonly side: number };
};

// ISO/IEC 18004: four modules of quiet zone on each side.
const quietZone = 4;
// Level Q restores 25 % of the codewords, M 15 %; the seal with its margin covers about 4 %.
const sealShare = 0.17;
// ISO/IEC 18004, annex E: codes of the versions 7 to 13 have an alignment pattern in the very middle.
const sealedVersionMax = 6;

/** Draws a QR code: a small one with the seal, and a dense one, whose modules are small already, with fewer of them. */
export function drawQr(text: string): QrDrawing {
  const strong = encode(text, { ecc: 'Q', border: quietZone });
  const { data, size, version } =
    strong.version <= sealedVersionMax ? strong : encode(text, { ecc: 'M', border: quietZone });
  if (version > sealedVersionMax) return { size, isDark: data };
  const side = (size - 2 * quietZone) * sealShare;
  return { size, isDark: data, seal: { start: (size - side) / 2, side } };
}
