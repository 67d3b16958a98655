import { describe, expect, it } from 'vitest';
import { chooseLanguage } from './language.ts';

describe('chooseLanguage', () => {
  it.each([
    [undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    [undefined, 'en-GB,en;q=0.9,zh;q=0.8', 'en'],
    [undefined, 'en;q=0.1, zh;q=0.5', 'zh'],
    [undefined, 'zh;q=0, en', 'en'],
    [undefined, 'fr, de', 'en'],
    [undefined, undefined, 'en'],
    ['en', 'zh', 'en'],
    ['xx', 'zh', 'zh'],
  ] as const)('chosen %s, browser %s: %s', (chosen, header, language) => {
    expect(chooseLanguage(chosen, header)).toBe(language);
  });
});
