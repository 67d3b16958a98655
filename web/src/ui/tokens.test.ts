import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  ['surface', ['jade']],
];
/** Borders of controls, focus rings, the seal, marks of the timeline and of the switch: WCAG 1.4.11 asks for 3 to 1. */
const shapes: [string, string[]][] = [
  ['line-strong', [...grounds, 'amber-soft', 'cinnabar-soft']],
  ['cinnabar', ['paper', 'surface']],
  ['cinnabar-press', ['paper', 'surface']],
  ['amber-line', ['paper', 'surface']],
  ['jade', [...grounds, 'jade-soft']],
  ['plum', grounds],
  ['plum-fill', ['paper', 'surface']],
  ['ink-soft', grounds],
  ['ink', [...grounds, 'amber-soft', 'plum-soft', 'jade-soft']],
  ['focus', grounds],
  ['surface', ['jade']],
  ['paper', ['ink']],
];
/** Hairlines that only tidy up, and the frame over a camera's picture, which has no colour of its own. */
const decoration = ['line', 'qr-light'];
/** Tokens that stand for others, which are proven above. */
const aliases: Readonly<Record<string, string>> = { focus: 'ink', rise: 'trend-red', fall: 'trend-green' };

function colour(name: string, theme: 'light' | 'dark'): string {
  const pair = colours.get(aliases[name] ?? name);
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

/** Every rule of every style sheet, as its selector and what it declares. */
function readRules(): { readonly selector: string; readonly declarations: ReadonlyMap<string, string> }[] {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const sheets = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css'));
  return sheets
    .filter((path) => !path.endsWith('tokens.css'))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
      return [...text.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector = '', body = '']) => ({
        selector: `${path} ${selector.trim()}`,
        declarations: new Map(
          body.split(';').flatMap((line) => {
            const [, name, value] = /^\s*([\w-]+)\s*:\s*([\s\S]+)$/.exec(line) ?? [];
            return name && value ? [[name, value.trim()] as const] : [];
          }),
        ),
      }));
    });
}

const tokenIn = (value: string | undefined) => /var\(--([\w-]+)\)/.exec(value ?? '')?.[1];

describe('style sheets', () => {
  const rules = readRules();
  const fronts = new Set([...text, ...shapes].map(([front]) => front));
  const backs = new Set([...text, ...shapes].flatMap(([, grounds]) => grounds));
  const isProven = (front: string, back: string) =>
    [...text, ...shapes].some(([name, grounds]) => name === front && grounds.includes(back));
  const writtenIn = new Set(text.map(([front]) => front).concat('rise', 'fall'));

  it('are all read', () => {
    expect(rules.length).toBeGreaterThan(200);
  });

  it('write only in colours whose contrast is proven above', () => {
    const used = rules.flatMap(({ selector, declarations }) => {
      const token = tokenIn(declarations.get('color'));
      return token && !token.startsWith('banner-') && !writtenIn.has(token) ? [`${selector}: ${token}`] : [];
    });
    expect(used).toEqual([]);
  });

  it('draw borders and rings only in colours whose contrast is proven above', () => {
    const used = rules.flatMap(({ selector, declarations }) =>
      [...declarations].flatMap(([name, value]) => {
        const token = /^(?:border|outline)/.test(name)
          ? tokenIn(value.replace(/var\(--radius[\w-]*\)/g, ''))
          : undefined;
        const isKnown = !token || token.startsWith('banner-') || decoration.includes(token) || fronts.has(token);
        return isKnown ? [] : [`${selector}: ${token}`];
      }),
    );
    expect(used).toEqual([]);
  });

  it('fill only with grounds on which something is proven, and never pair what is not', () => {
    const wrong = rules.flatMap(({ selector, declarations }) => {
      const back = tokenIn(declarations.get('background') ?? declarations.get('background-color'));
      const front = tokenIn(declarations.get('color'));
      if (!back || /^(?:banner-|backdrop|qr-)/.test(back)) return [];
      if (!backs.has(back) && !fronts.has(back)) return [`${selector}: ${back}`];
      return front && backs.has(back) && !isProven(front, back) ? [`${selector}: ${front} on ${back}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  it('pair the mark and the ground of each strip as proven', () => {
    const strips = rules.flatMap(({ declarations }) => {
      const [mark, ground] = [tokenIn(declarations.get('--banner-mark')), tokenIn(declarations.get('--banner-ground'))];
      return mark && ground ? [[mark, ground] as const] : [];
    });
    expect(strips.length).toBeGreaterThan(3);
    for (const [mark, ground] of strips) expect(isProven(mark, ground)).toBe(true);
  });
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
