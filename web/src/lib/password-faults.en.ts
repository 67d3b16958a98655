import type { PasswordFault } from '../keyring/password-rules.ts';

/** What is wrong with a new password. */
export const passwordFaults: Record<PasswordFault, string> = {
  too_short: 'Use at least 12 characters.',
  too_long: 'Use at most 256 characters.',
  repeats: 'Too many repetitions or runs. Choose another.',
  common: 'This is a common password. Choose another.',
  contains_name: 'Do not use your e-mail or name in it.',
};
