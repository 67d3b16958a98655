import fc from 'fast-check';
import { decodeQR } from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { drawQr, type QrDrawing } from './qr-drawing.ts';

// Alpha, blue, green, red.
const paper = 0xffffffff;
const ink = 0xff0f1316;
const cinnabar = 0xff2432bd;

/** A screen of a phone with the code on it, as its pixels are: modules are not a whole number of pixels wide. */
function takePicture({ size, isDark, seal }: QrDrawing, ratio: number) {
  const [width, height] = [Math.round(390 * ratio), Math.round(500 * ratio)];
  const scale = size / (280 * ratio);
  const colourOf = (x: number, y: number) => {
    const reach = seal ? Math.max(Math.abs(x - size / 2), Math.abs(y - size / 2)) : Infinity;
    if (seal && reach < seal.side / 2) return cinnabar;
    if (seal && reach < seal.side / 2 + 0.7) return paper;
    return isDark[Math.floor(y)]?.[Math.floor(x)] ? ink : paper;
  };
  const pixels = new Uint32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [x, y] = [(column + 0.5 - 55 * ratio) * scale, (row + 0.5 - 110 * ratio) * scale];
      pixels[row * width + column] = colourOf(x, y);
    }
  }
  return { data: new Uint8ClampedArray(pixels.buffer), width, height };
}

const hexOf = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const address = hexOf(20);
const texts = {
  'an address': address,
  'a request for a token': fc
    .tuple(address, address)
    .map(([token, to]) => `ethereum:${token}@31337/transfer?address=${to}`),
  'a request with an amount': fc
    .tuple(address, address, fc.bigInt({ min: 1n, max: 10n ** 24n }))
    .map(([token, to, amount]) => `ethereum:${token}@31337/transfer?address=${to}&uint256=${amount}`),
  'a pay code': fc.bigInt({ min: 0n, max: 10n ** 16n - 1n }).map((code) => `88${`${code}`.padStart(16, '0')}`),
  'a payment link': fc.uuid().map((id) => `https://money.a-company.example.com/pay/${id}`),
};

describe('a QR code', () => {
  it.each(Object.entries(texts))('of %s is read from the screen of any phone', (_kind, text) => {
    fc.assert(
      fc.property(text, fc.constantFrom(1, 1.5, 2, 2.625, 3), (given, ratio) => {
        expect(decodeQR(takePicture(drawQr(given), ratio), { timeLimit: Infinity })).toBe(given);
      }),
      { numRuns: 12 },
    );
  });

  it('has the seal where it covers nothing that readers go by', () => {
    expect(drawQr('88'.padEnd(18, '0')).seal).toBeDefined();
    expect(drawQr('x'.repeat(120)).seal).toBeUndefined();
  });
});
