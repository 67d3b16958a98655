import type { PasswordFault } from '../keyring/password-rules.ts';

/** What is wrong with a new password. */
export const passwordFaults: Record<PasswordFault, string> = {
  too_short: '密码至少要 12 个字符。',
  too_long: '密码最多 256 个字符。',
  repeats: '重复或连续的字符太多，请换一个。',
  common: '这个密码太常见，请换一个。',
  contains_name: '密码里不要用自己的邮箱或名字。',
};
