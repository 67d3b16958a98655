import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoLockChoices, defaultPreferences, languageOf, parsePreferences, undoChoices } from './preferences.ts';

describe('parsePreferences', () => {
  it('reads what it wrote', () => {
    const kept = {
      theme: 'dark',
      language: 'en',
      rise: 'red',
      amountsHidden: true,
      counterMuted: true,
      autoLockMinutes: 5,
      undoMinutes: 120,
    } as const;
    expect(parsePreferences(JSON.stringify(kept))).toEqual(kept);
  });

  it('reads back whatever is chosen', () => {
    const chosen = fc.record({
      theme: fc.constantFrom('system', 'light', 'dark'),
      language: fc.constantFrom('system', 'zh', 'en'),
      rise: fc.constantFrom('system', 'red', 'green'),
      amountsHidden: fc.boolean(),
      counterMuted: fc.boolean(),
      autoLockMinutes: fc.constantFrom(...autoLockChoices),
      undoMinutes: fc.constantFrom(...undoChoices),
    });
    fc.assert(
      fc.property(chosen, (preferences) => {
        expect(parsePreferences(JSON.stringify(preferences))).toEqual(preferences);
      }),
    );
  });

  it('takes the default for whatever is missing or unknown', () => {
    expect(parsePreferences(null)).toEqual(defaultPreferences);
    expect(parsePreferences('{"theme":"neon","autoLockMinutes":999999,"undoMinutes":1}')).toEqual(defaultPreferences);
  });

  it('never fails on damaged storage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(Object.keys(parsePreferences(text))).toEqual(Object.keys(defaultPreferences));
      }),
    );
  });
});

describe('languageOf', () => {
  it('follows the choice, and the browser where there is none', () => {
    expect(languageOf({ ...defaultPreferences, language: 'en' }, ['zh-CN'])).toBe('en');
    expect(languageOf(defaultPreferences, ['en-US'])).toBe('en');
  });
});
