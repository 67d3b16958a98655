import type { Me } from '@feiqian/domain/api/auth';
import { useQuery } from '@tanstack/react-query';
import { useLanguage } from '../i18n/language-context.tsx';
import { codeOf } from './error-code.ts';
import { meQuery } from './me-query.ts';
import { useWalletState } from './wallet/session-context.tsx';

const askAgainMs = 10_000;

/** The account, when a wallet is open and the service can be reached. */
export function useMe(): Me | undefined {
  return useQuery({ ...meQuery, enabled: useWalletState().status === 'open' }).data;
}

/** Whether the service cannot be reached just now; asks again until it can. */
export function useServiceDown(): boolean {
  const { error } = useQuery({
    ...meQuery,
    enabled: useWalletState().status === 'open',
    refetchInterval: ({ state }) => (state.error ? askAgainMs : false),
  });
  return error !== null && codeOf(error) === 'SERVICE_UNAVAILABLE';
}

/** The currency that totals are shown in: the person's choice, else what their language suggests. */
export function useDisplayCurrency(): 'CNY' | 'USD' {
  const me = useMe();
  const language = useLanguage();
  return me?.displayCurrency ?? (language === 'zh' ? 'CNY' : 'USD');
}
