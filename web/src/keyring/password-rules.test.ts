import { describe, expect, it } from 'vitest';
import { checkNewPassword, findPasswordFault } from './password-rules.ts';

describe('findPasswordFault', () => {
  it.each([
    'correct horse battery staple',
    '我家的猫会写诗也会做饭',
    'tR8!kq-0Zp4;w',
    'Ein Satz den niemand errät',
    '9f3a1c77e2b4',
  ])('accepts %s', (password) => {
    expect(findPasswordFault(password.padEnd(12, '味'))).toBeUndefined();
  });

  it.each([
    ['short', 'too_short'],
    ['elevenchars', 'too_short'],
    ['a'.repeat(257), 'too_long'],
    ['aaaaaaaaaaaa', 'repeats'],
    ['123456789012', 'repeats'],
    ['abcabcabcabc', 'repeats'],
    ['9876543210987', 'repeats'],
    ['password1234', 'common'],
    ['P a s s w o r d 2024', 'common'],
    ['qwertyuiop12', 'common'],
    ['passwordqwertyuiop', 'common'],
    ['iloveyou5201314', 'common'],
  ])('refuses %s: %s', (password, fault) => {
    expect(findPasswordFault(password)).toBe(fault);
  });

  it('refuses what is little more than the person’s own name', () => {
    expect(findPasswordFault('wang.xiaoming88', ['wang.xiaoming@example.com'])).toBe('contains_name');
    expect(findPasswordFault('xiaoming rides a blue bicycle', ['xiaoming@example.com'])).toBeUndefined();
  });

  it('counts characters and not bytes', () => {
    expect(findPasswordFault('🚀🐼🌊🍜🎲🧭🪁🧊🦀🎻🌵')).toBe('too_short');
    expect(findPasswordFault('🚀🐼🌊🍜🎲🧭🪁🧊🦀🎻🌵🗿')).toBeUndefined();
  });
});

describe('checkNewPassword', () => {
  it('says why, and never what', () => {
    expect(() => checkNewPassword('password1234')).toThrow(
      expect.objectContaining({
        code: 'PASSWORD_WEAK',
        details: { fault: 'common' },
        message: expect.not.stringContaining('1234'),
      }),
    );
    expect(() => checkNewPassword('correct horse battery staple')).not.toThrow();
  });
});
