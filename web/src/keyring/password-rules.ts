import { AppError } from '@feiqian/domain/errors';

/** Whoever steals the service's database can guess passwords offline, so a short one is no password. */
export const passwordLengthMin = 12;

/** Longer ones add nothing, and somebody must hash them. */
export const passwordLengthMax = 256;

// Long enough and still in the first hundred guesses of every list. Compared without case and without separators.
const common = [
  'password',
  'passwort',
  'motdepasse',
  'contrasena',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qazwsxedc',
  '1qaz2wsx3edc',
  'iloveyou',
  'letmein',
  'welcome',
  'administrator',
  'changeme',
  'trustno1',
  'woaini',
  'wodemima',
  '1314520',
  '5201314',
  'feiqian',
];

/** Why a new password is refused, for the sentence that the form shows. */
export type PasswordFault = 'too_short' | 'too_long' | 'repeats' | 'common' | 'contains_name';

/**
 * Judges a new password by what guessing programs try first: runs, repetitions, famous ones, and the person's own name.
 *
 * @param names - The e-mail and the handle, which an attacker knows.
 * @returns the first fault, or `undefined` when it is good enough.
 */
export function findPasswordFault(password: string, names: readonly string[] = []): PasswordFault | undefined {
  const letters = [...password.normalize('NFKC')];
  if (letters.length < passwordLengthMin) return 'too_short';
  if (letters.length > passwordLengthMax) return 'too_long';
  const plain = letters
    .join('')
    .toLowerCase()
    .replaceAll(/[\s._-]/g, '');
  if (countDistinctRuns(plain) < 6) return 'repeats';
  const rest = common.reduce((text, word) => text.replaceAll(word, ''), plain);
  if (rest.length < 5 || countDistinctRuns(rest) < 3) return 'common';
  const parts = names.flatMap((name) => name.toLowerCase().split(/[@.]/)).filter((part) => part.length >= 4);
  const withoutNames = parts.reduce((text, part) => text.replaceAll(part, ''), plain);
  return withoutNames.length < 8 && withoutNames !== plain ? 'contains_name' : undefined;
}

/**
 * Demands a password that is good enough.
 *
 * @throws {AppError} PASSWORD_WEAK; `details.fault` is a {@link PasswordFault}.
 */
export function checkNewPassword(password: string, names: readonly string[] = []): void {
  const fault = findPasswordFault(password, names);
  if (fault) throw new AppError('PASSWORD_WEAK', 'The password is too easy to guess.', { details: { fault } });
}

/**
 * Counts the pieces a guesser has to guess: `aaaa`, `1234`, `dcba` and a repetition of what came before are one each.
 */
function countDistinctRuns(text: string): number {
  const codes = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  const runs: string[] = [];
  let start = 0;
  for (let index = 1; index <= codes.length; index += 1) {
    const step = steps[index - 1];
    const goesOn =
      index < codes.length &&
      step !== undefined &&
      Math.abs(step) <= 1 &&
      (index === start + 1 || step === steps[index - 2]);
    if (goesOn) continue;
    runs.push(String.fromCodePoint(...codes.slice(start, index)));
    start = index;
  }
  return new Set(runs).size;
}
