import { encode } from 'uqr';
import { expect, it } from 'vitest';
import { drawQr } from './draw-qr.ts';

const text = 'http://192.168.1.5:8080/phone';
const { data, size } = encode(text, { ecc: 'M', border: 4 });
// A line of characters has room for two rows; below an odd last one there is nothing dark.
const expected = [...data, ...(size % 2 ? [Array.from({ length: size }, () => false)] : [])];

it('draws each module where the code has it, dark on light in whatever colours the terminal has', () => {
  const rows = drawQr(text, { inColour: true }).flatMap((line) => {
    const cells = [...line.matchAll(/\[(\d+);(\d+)m▀/g)];
    expect(line.endsWith('\x1b[0m')).toBe(true);
    return [cells.map(([, front]) => front === '30'), cells.map(([, , back]) => back === '40')];
  });
  expect(rows).toEqual(expected);
});

it('draws the same without colours, where nobody would see them', () => {
  const rows = drawQr(text, { inColour: false }).flatMap((line) => [
    [...line].map((sign) => sign === '█' || sign === '▀'),
    [...line].map((sign) => sign === '█' || sign === '▄'),
  ]);
  expect(rows).toEqual(expected);
});
