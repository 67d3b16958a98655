/** How many digits a pay code has: two that no other wallet's begin with, fifteen at random, one that checks the others. */
export const payCodeLength = 18;
const payCodeShape = /^88[0-9]{16}$/;
/** What people put between groups of digits. */
const between = /[\s-]+/g;

/**
 * Reads a payer's code as it was scanned or typed, with or without blanks.
 *
 * @returns its digits; undefined when it is none, or a digit of it was mistyped.
 */
export function findPayCode(text: string): string | undefined {
  const digits = text.replace(between, '');
  return payCodeShape.test(digits) && checkDigit(digits.slice(0, -1)) === digits.at(-1) ? digits : undefined;
}

/**
 * Makes a pay code of fifteen random digits.
 *
 * @throws {RangeError} When it is given anything else.
 */
export function toPayCode(random: string): string {
  if (!/^[0-9]{15}$/.test(random)) throw new RangeError('Fifteen random digits.');
  const digits = `88${random}`;
  return `${digits}${checkDigit(digits)}`;
}

/** Writes a pay code in three groups of six, to be read aloud and typed. */
export function formatPayCode(code: string): string {
  return (code.match(/.{1,6}/g) ?? []).join(' ');
}

/** The digit of Luhn's formula (ISO/IEC 7812-1): it finds every single wrong digit and nearly every swap of two. */
function checkDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${(10 - (sum % 10)) % 10}`;
}
