import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css: string = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Reads `--name: light-dark(#a, #b)` pairs out of the tokens file. */
function readColours(): Map<string, { light: string; dark: string }> {
  const found = new Map<string, { light: string; dark: string }>();
  for (const [, name, light, dark] of css.matchAll(/--([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g)) {
    if (name && light && dark) found.set(name, { light, dark });
  }
  return found;
}

const colours = readColours();

// WCAG 2.2, "relative luminance": sRGB channel to linear light.
function toLinear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => toLinear(Number.parseInt(hex.slice(at, at + 2), 16)));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

const grounds = ['paper', 'surface', 'sunken'];
const text: [string, string[]][] = [
  ['ink', [...grounds, 'cinnabar-soft', 'jade-soft', 'amber-soft', 'plum-soft']],
  ['ink-soft', [...grounds, 'amber-soft', 'plum-soft', 'jade-soft', 'cinnabar-soft']],
  ['ink-faint', grounds],
  ['cinnabar-text', [...grounds, 'cinnabar-soft']],
  ['jade', [...grounds, 'jade-soft']],
  ['amber', [...grounds, 'amber-soft']],
  ['plum', [...grounds, 'plum-soft']],
  ['trend-red', ['paper', 'surface']],
  ['trend-green', ['paper', 'surface']],
  ['on-cinnabar', ['cinnabar', 'cinnabar-press']],
  ['on-plum', ['plum-fill']],
  ['paper', ['ink']],
];
/** Borders of inputs, the seal, marks of the timeline: WCAG 1.4.11 asks for 3 to 1. */
const shapes: [string, string[]][] = [
  ['line-strong', grounds],
  ['cinnabar', ['paper', 'surface']],
  ['amber-line', ['paper', 'surface']],
  ['jade', grounds],
];

function colour(name: string, theme: 'light' | 'dark'): string {
  const pair = colours.get(name);
  if (!pair) throw new Error(`tokens.css has no colour ${name}`);
  return pair[theme];
}

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  it.each(text.flatMap(([front, backs]) => backs.map((back) => [front, back] as const)))(
    'writes %s on %s with at least 4.5 to 1',
    (front, back) => {
      expect(contrast(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(shapes.flatMap(([front, backs]) => backs.map((back) => [front, back] as const)))(
    'draws %s on %s with at least 3 to 1',
    (front, back) => {
      expect(contrast(colour(front, theme), colour(back, theme))).toBeGreaterThanOrEqual(3);
    },
  );
});

describe('tokens', () => {
  it('keeps errors apart from the brand: plum is never cinnabar', () => {
    for (const theme of ['light', 'dark'] as const) {
      expect(colour('plum', theme)).not.toBe(colour('cinnabar', theme));
    }
  });

  it('names only colours that exist', () => {
    const named = new Set([...css.matchAll(/--([\w-]+):/g)].map(([, name]) => name));
    const used = [...css.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name);
    expect(used.filter((name) => !named.has(name))).toEqual([]);
  });
});
