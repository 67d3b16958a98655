import { describe, expect, it } from 'vitest';
import { pickLanguage } from './language.ts';

describe('pickLanguage', () => {
  it('takes the first language that we speak, whatever its region', () => {
    expect(pickLanguage(['en-US', 'zh-CN'])).toBe('en');
    expect(pickLanguage(['fr', 'zh-Hant-TW', 'en'])).toBe('zh');
    expect(pickLanguage(['EN'])).toBe('en');
  });

  it('falls back to Chinese', () => {
    expect(pickLanguage([])).toBe('zh');
    expect(pickLanguage(['fr-CA', 'de'])).toBe('zh');
  });
});
