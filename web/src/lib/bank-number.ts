const numberShape = /^[0-9A-Z]{6,34}$/;

/** A card or account number as it is sent: capital letters and digits, without the spaces that people type. */
export function readBankNumber(text: string): string | undefined {
  const number = text.replace(/[\s-]/g, '').toUpperCase();
  return numberShape.test(number) ? number : undefined;
}

/** A number in groups of four, as it stands on a card. */
export function groupNumber(number: string): string {
  return number.replace(/(.{4})(?=.)/g, '$1 ');
}

/** What is missing or wrong of an account, in the order of its fields; undefined when it can be paid to. */
export function findAccountBlock({
  holder,
  number,
}: {
  readonly holder: string;
  readonly number: string;
}): 'holder' | 'number' | 'numberWrong' | undefined {
  if (holder.trim() === '') return 'holder';
  if (number.trim() === '') return 'number';
  return readBankNumber(number) === undefined ? 'numberWrong' : undefined;
}
