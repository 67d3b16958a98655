const fullWidthDigits = /[０-９]/g;
const grouped = /^\d{1,3}(,\d{3})+(\.\d*)?$/;

/**
 * Brings what was typed or pasted into the one spelling that `parseAmount` reads: Chinese input methods write full-width
 * digits and 。 for the point, people paste `¥1,234.50` and blanks. Whatever is not plainly a number stays as typed,
 * so that the parser can refuse it; a comma is taken away only where it groups thousands.
 */
export function normaliseTypedAmount(text: string): string {
  const plain = text
    .replace(fullWidthDigits, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xff10 + 0x30))
    .replace(/[。．]/g, '.')
    .replace(/，/g, ',')
    .replace(/[\s¥￥$]/g, '');
  const ungrouped = grouped.test(plain) ? plain.replaceAll(',', '') : plain;
  return ungrouped.startsWith('.') ? `0${ungrouped}` : ungrouped;
}
