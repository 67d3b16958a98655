import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasHiddenCharacters, hasLookAlikeLetters, revealHiddenCharacters } from './deceptive-text.ts';

describe('hasLookAlikeLetters', () => {
  it.each(['pаypal', 'Uniswаp v4', 'αpple', '𝐛𝐚𝐧𝐤', 'раураӏ.com', 'Log in: аррӏе'])(
    'notices the disguise in %j',
    (text) => {
      expect(hasLookAlikeLetters(text)).toBe(true);
    },
  );

  it.each([
    'PayPal',
    '支付宝 Alipay',
    'Привет, мир',
    'Καλημέρα κόσμε',
    'Straße naïve',
    '1 ≤ π',
    'しょうひん',
    'Москва — Paris',
  ])('leaves honest text alone: %j', (text) => {
    expect(hasLookAlikeLetters(text)).toBe(false);
  });
});

describe('hidden characters', () => {
  it.each(['a\u200bb', '\u202eabc', 'a\u2066b', 'a\u0000', 'a\u3164b', 'e\u034fe', '\ufeffa', 'a\u{e0041}'])(
    'are found and shown in %j',
    (text) => {
      expect(hasHiddenCharacters(text)).toBe(true);
      expect(revealHiddenCharacters(text)).toMatch(/⟨U\+[0-9A-F]{4,6}⟩/);
      expect(hasHiddenCharacters(revealHiddenCharacters(text))).toBe(false);
    },
  );

  it('can always be made visible', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(hasHiddenCharacters(revealHiddenCharacters(text))).toBe(false);
      }),
    );
  });

  it('are not seen where there are none', () => {
    expect(hasHiddenCharacters('你好\n\tworld 🚀')).toBe(false);
  });
});
