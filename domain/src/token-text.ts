/** What a token contract says of itself is written by anybody: here it becomes text that can be shown on one line. */

/** Characters that a symbol and a name may have at most. */
export const tokenTextMax = { symbol: 24, name: 64 } as const;

// Control and format characters, private and unassigned ones; and letters that are drawn as nothing: the grapheme joiner, Hangul
// fillers, the blank Braille pattern.
const invisible = /\p{C}|[\u034f\u115f\u1160\u2800\u3164\uffa0]/gu;
const spaces = /[\p{Z}\s]+/gu;
// More marks on one letter than any language writes would cover the lines above and below.
const piledMarks = /(\p{M}{2})\p{M}+/gu;

/**
 * Takes from a text what cannot be seen or would disturb others, and cuts it.
 *
 * @returns an empty string when nothing is left.
 */
export function cleanTokenText(text: string, charactersMax: number): string {
  const shown = text.replace(spaces, ' ').replace(invisible, '').replace(/ +/g, ' ').replace(piledMarks, '$1').trim();
  return [...shown].slice(0, charactersMax).join('').trim();
}
