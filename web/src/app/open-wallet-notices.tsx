import type { HistoryEntry } from '@feiqian/domain/api/history';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef } from 'react';
import { useMessages } from '../i18n/language-context.tsx';
import { chainsQuery, useAssetBookIfKnown } from '../lib/assets.ts';
import { Failure } from '../lib/failure.tsx';
import { followHistory } from '../lib/history/live.ts';
import { historyMessages } from '../lib/history/words.ts';
import { useServiceDown } from '../lib/me.ts';
import { meQuery } from '../lib/me-query.ts';
import { resendIntents } from '../lib/send-durably.ts';
import { useWalletState } from '../lib/wallet/session-context.tsx';
import { Banner } from '../ui/banner.tsx';
import { useToast } from '../ui/toast.tsx';
import { useMoneyText } from '../ui/use-money-text.ts';
import { shellMessages } from './shell-messages.ts';

const reconnectMs = 5_000;

/** What everybody who is in must know: the service or a chain cannot be reached. Also follows the live feed. */
export function OpenWalletNotices() {
  const words = useMessages(shellMessages);
  const state = useWalletState();
  const isDown = useServiceDown();
  const { data } = useQuery(chainsQuery);
  useFollowHistory(!isDown);
  useResend(state.status === 'open' ? state.account.id : undefined, !isDown);
  if (isDown) {
    return (
      <Banner tone="offline" title={words.serviceDownTitle}>
        {words.serviceDownBody}
      </Banner>
    );
  }
  return (
    <>
      {data?.chains
        .filter(({ status }) => status !== 'following')
        .map(({ chainId, name, status }) => (
          <Banner
            key={chainId}
            tone={status === 'halted' ? 'amber' : 'offline'}
            title={status === 'halted' ? words.chainHaltedTitle(name) : words.chainDownTitle(name)}
          >
            {status === 'halted' ? words.chainHaltedBody : words.chainDownBody}
          </Banner>
        ))}
      {state.status === 'open' && state.linkError !== undefined ? <Failure error={state.linkError} /> : null}
    </>
  );
}

/** Keeps the live feed open while the service is there. */
function useFollowHistory(isReachable: boolean): void {
  const client = useQueryClient();
  const tell = useTellArrival();
  useEffect(() => {
    if (!isReachable) return undefined;
    let stop = (): void => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      stop = followHistory(client, {
        onArrival: (entry) => tell.current(entry),
        onEnded: () => {
          // Closed for good: perhaps the session ended, which asking for the account finds out.
          void client.invalidateQueries({ queryKey: meQuery.queryKey });
          timer = setTimeout(follow, reconnectMs);
        },
      });
    };
    follow();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client, isReachable, tell]);
}

/** Says in passing, on whichever screen, that money came in. The same ref every time, with today's words in it. */
function useTellArrival(): RefObject<(entry: HistoryEntry) => void> {
  const words = useMessages(historyMessages);
  const book = useAssetBookIfKnown();
  const moneyText = useMoneyText();
  const showToast = useToast();
  const tell = useRef<(entry: HistoryEntry) => void>(() => undefined);
  useEffect(() => {
    tell.current = ({ money }) => {
      const unit = book?.find(money.asset);
      if (unit) showToast(words.arrived(moneyText(decodeAmount(money.amount), unit, { sign: 'in' })));
    };
  });
  return tell;
}

/** Sends again what an earlier tab left without an answer, as soon as the service can be reached. */
function useResend(userId: string | undefined, isReachable: boolean): void {
  useEffect(() => {
    if (userId !== undefined && isReachable) void resendIntents(userId);
  }, [userId, isReachable]);
}
