import type { HistoryEntry } from '@feiqian/domain/api/history';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { chainsQuery, useAssetBookIfKnown } from '../lib/assets.ts';
import { errorMessages, toErrorLine } from '../lib/error-text.ts';
import { Failure } from '../lib/failure.tsx';
import { followHistory } from '../lib/history/live.ts';
import { historyMessages } from '../lib/history/words.ts';
import { useServiceDown } from '../lib/me.ts';
import { meQuery } from '../lib/me-query.ts';
import { type Resent, resendIntents } from '../lib/send-durably.ts';
import { useStartWallet, useWalletState } from '../lib/wallet/session-context.tsx';
import { Banner } from '../ui/banner.tsx';
import { ButtonLink } from '../ui/button.tsx';
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
  const resent = useResend(state.status === 'open' ? state.account.id : undefined, !isDown);
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
      {resent ? <ResentNotice resent={resent} /> : null}
      {state.status === 'open' && state.linkError !== undefined ? <Failure error={state.linkError} /> : null}
    </>
  );
}

/** Keeps the live feed open while the service is there. */
function useFollowHistory(isReachable: boolean): void {
  const client = useQueryClient();
  const tell = useTellArrival();
  const start = useStartWallet();
  useEffect(() => {
    if (!isReachable) return undefined;
    let stop = (): void => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      stop = followHistory(client, {
        onAddressBook: () => void start().then(({ addressBook }) => addressBook.sync()),
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
  }, [client, isReachable, tell, start]);
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

/**
 * Sends again what an earlier tab left without an answer, as soon as the service can be reached.
 *
 * @returns what became of it, when there was something.
 */
function useResend(userId: string | undefined, isReachable: boolean): Resent | undefined {
  const [resent, setResent] = useState<Resent>();
  const client = useQueryClient();
  useEffect(() => {
    if (userId === undefined || !isReachable) return;
    const resend = async () => {
      const found = await resendIntents(userId);
      if (found.sent === 0 && found.refused.length === 0) return;
      setResent(found);
      void client.invalidateQueries({ queryKey: ['history'] });
      void client.invalidateQueries({ queryKey: ['balances'] });
    };
    // A browser that reads nothing back has written nothing down.
    resend().catch(() => undefined);
  }, [userId, isReachable, client]);
  return resent;
}

/** Says what became of payments that a closed page had left without an answer. */
function ResentNotice({ resent: { sent, refused } }: { readonly resent: Resent }) {
  const words = useMessages(shellMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  return (
    <>
      {sent > 0 ? (
        <Banner
          tone="jade"
          title={words.resentTitle}
          action={<ButtonLink href="/history">{words.seeHistory}</ButtonLink>}
        >
          {words.resentBody}
        </Banner>
      ) : null}
      {[...new Set(refused)].map((code) => (
        <Banner key={code} tone="amber" title={words.notResentTitle}>
          {toErrorLine(errors[code], language)}
        </Banner>
      ))}
    </>
  );
}
