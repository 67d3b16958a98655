import { encode } from 'uqr';

// ISO/IEC 18004: four modules of quiet zone on each side; many terminals are dark beyond it.
const quietZone = 4;
const dark = { front: 30, back: 40 };
const light = { front: 97, back: 107 };

/**
 * A QR code as lines of text, two modules to a character.
 *
 * @param inColour - Dark on light whatever the terminal's own colours; without it, for terminals that are dark on light.
 */
export function drawQr(text: string, { inColour }: { readonly inColour: boolean }): string[] {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone });
  return Array.from({ length: Math.ceil(size / 2) }, (_, line) => {
    const pairs = Array.from({ length: size }, (_, x) => [data[2 * line]?.[x], data[2 * line + 1]?.[x]] as const);
    if (!inColour) return pairs.map(([above, below]) => (above ? (below ? '█' : '▀') : below ? '▄' : ' ')).join('');
    const cells = pairs.map(
      ([above, below]) => `\x1b[${(above ? dark : light).front};${(below ? dark : light).back}m▀`,
    );
    return `${cells.join('')}\x1b[0m`;
  });
}
