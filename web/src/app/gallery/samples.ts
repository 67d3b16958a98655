import { useLanguage } from '../../i18n/language-context.tsx';

export const cny = { kind: 'cash', symbol: 'CNY', decimals: 2 } as const;
export const usdf = { kind: 'token', symbol: 'USDF', decimals: 6 } as const;
export const eth = { kind: 'native', symbol: 'ETH', decimals: 18 } as const;
export const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
export const nothing = () => undefined;

/** Writes a sample in the language in use; samples are no words of the product, so they stand where they are shown. */
export function useSay(): (zh: string, en: string) => string {
  const language = useLanguage();
  return (zh, en) => (language === 'zh' ? zh : en);
}
