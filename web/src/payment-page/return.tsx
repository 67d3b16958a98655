import { useEffect, useEffectEvent, useState } from 'react';
import { useMessages } from '../i18n/language-context.tsx';
import { codeOf } from '../lib/error-code.ts';
import type { PaymentStanding } from '../lib/payment-standing.ts';
import { useTask } from '../lib/use-task.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Failure } from './failure.tsx';
import { useNow } from './hooks.ts';
import { readKept } from './kept.ts';
import { paymentPageMessages } from './messages.ts';
import { getReturn } from './service.ts';
import { isPaid, isPayable } from './standing.ts';

type ReturnProps = {
  readonly requestId: string;
  readonly host: string;
  readonly standing: PaymentStanding;
  /** Whether who has just paid goes back by themselves after a while. */
  readonly isAutomatic: boolean;
};

/** The way back to the shop, which is told what became of it. */
export function Return({ requestId, host, standing, isAutomatic }: ReturnProps) {
  const words = useMessages(paymentPageMessages);
  const { run, isPending, error } = useTask();
  const isSettled = isPaid(standing);
  // Who has signed may have paid already.
  const isUntouched = isPayable(standing) && readKept(requestId).signature === undefined;
  // The address is signed for a moment, so it is asked for when it is needed.
  const goBack = () => run(async () => location.assign(await getReturn(requestId)));
  if (error && codeOf(error) === 'NOT_FOUND') return <Banner tone="amber" title={words.backGone} />;
  return (
    <div className="pay__part">
      {error ? <Failure error={error} /> : null}
      <Button
        variant={isSettled ? 'primary' : 'quiet'}
        wide={isSettled}
        large={isSettled}
        busy={isPending ? words.goingBack : undefined}
        onClick={goBack}
      >
        {isUntouched ? words.backUnpaid(host) : words.back(host)}
      </Button>
      {isSettled && isAutomatic && !isPending && !error ? <GoBackSoon onDue={goBack} /> : null}
    </div>
  );
}

const waitMs = 10_000;
const secondMs = 1_000;

/** Goes back after some seconds, unless it is stopped or something is being filled in. */
function GoBackSoon({ onDue }: { readonly onDue: () => void }) {
  const words = useMessages(paymentPageMessages);
  const [startedAt] = useState(Date.now);
  const [isStopped, setStopped] = useState(false);
  const now = useNow(isStopped ? undefined : secondMs);
  const leftSeconds = Math.max(0, Math.ceil((startedAt + waitMs - now) / secondMs));
  const isDue = leftSeconds === 0 && !isStopped;
  const goBack = useEffectEvent(onDue);
  useEffect(() => {
    const stopForTyping = ({ target }: FocusEvent) => {
      if (target instanceof HTMLInputElement) setStopped(true);
    };
    document.addEventListener('focusin', stopForTyping);
    return () => document.removeEventListener('focusin', stopForTyping);
  }, []);
  useEffect(() => {
    if (isDue) goBack();
  }, [isDue]);
  if (isStopped) return null;
  return (
    <div className="row row--apart">
      {/* Told once; counting aloud would be in the way of everything else. */}
      <p className="text-soft text-small tabular" role="timer">
        {words.backSoon(leftSeconds)}
      </p>
      <Button variant="quiet" onClick={() => setStopped(true)}>
        {words.stay}
      </Button>
    </div>
  );
}
