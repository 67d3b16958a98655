import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { errorCodes } from '@feiqian/domain/errors';
import { type ReactNode, Suspense, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { codeOf } from '../../lib/error-code.ts';
import { Failure } from '../../lib/failure.tsx';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { QrCode } from '../../ui/qr-code.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { speak } from './announce.ts';
import { type ChargeState, isUnderWay, toChargeState } from './charge-state.ts';
import { dueOf, receivedOf, useChargeWords } from './charge-words.ts';
import { Countdown } from './countdown.tsx';
import type { Charge } from './counter-state.ts';
import { useLitScreen } from './device.ts';
import { counterMessages } from './messages.ts';
import { PayCodeSheet } from './pay-code-sheet.tsx';
import { useCancelCharge, useCharge, useStartCharge } from './queries.ts';

type ChargePartProps = {
  readonly charge: Charge;
  /** Something else of it is to be remembered, or another one is waited for. */
  readonly onCharge: (charge: Charge) => void;
  /** Back to the amount as it was typed. */
  readonly onEdit: () => void;
  /** All is forgotten. */
  readonly onNext: () => void;
};

/** One payment, from the code to the money. */
export function ChargePart({ charge, onCharge, onEdit, onNext }: ChargePartProps) {
  const words = useMessages(counterMessages);
  const { request, error, isUnseen } = useCharge(charge.id);
  const state = request && toChargeState(request);
  useLitScreen(state !== undefined && isUnderWay(state));
  if (!request || !state) {
    if (error !== null && !errorCodes[codeOf(error)].retryable)
      return <Failure error={error} action={<Button onClick={onNext}>{words.next}</Button>} />;
    return isUnseen ? <Unseen /> : <Skeleton lines={4} />;
  }
  if (state === 'received') {
    const onAnnounced = () => onCharge({ ...charge, isAnnounced: true });
    return <Received request={request} isAnnounced={charge.isAnnounced} onAnnounced={onAnnounced} onNext={onNext} />;
  }
  if (isUnderWay(state)) return <UnderWay request={request} state={state} charge={charge} isUnseen={isUnseen} />;
  return <Ended request={request} state={state} onCharge={onCharge} onEdit={onEdit} onNext={onNext} />;
}

/** The heading of what has just appeared: where a keyboard and a screen reader go on. */
function Heading({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <h2 className="counter-charge__title" ref={heading} tabIndex={-1}>
      {children}
    </h2>
  );
}

function Unseen() {
  const words = useMessages(counterMessages);
  return (
    <Banner tone="offline" title={words.unseen}>
      {words.unseenBody}
    </Banner>
  );
}

type UnderWayProps = {
  readonly request: PaymentRequestWire;
  readonly state: 'waiting' | 'processing';
  readonly charge: Charge;
  readonly isUnseen: boolean;
};

function UnderWay({ request, state, charge, isUnseen }: UnderWayProps) {
  const words = useMessages(counterMessages);
  const describe = useChargeWords();
  const { written } = describe(dueOf(request));
  const cancel = useCancelCharge(charge.id);
  // How long the service gave it, counted on this device's own clock.
  const validMs = request.expiresAt === null ? 0 : Date.parse(request.expiresAt) - Date.parse(request.createdAt);
  // This page's own origin, whichever name the person reached it by.
  const url = `${location.origin}/pay/${request.id}`;
  return (
    <div className="counter-charge">
      <Heading>{state === 'waiting' ? words.scan : words.processing}</Heading>
      <p className="counter-charge__sum tabular">{written}</p>
      {state === 'waiting' ? (
        <div className="counter-charge__code">
          <QrCode text={url} label={words.qrLabel} />
          <p className="counter-charge__url">{url}</p>
        </div>
      ) : (
        <div className="counter-charge__code counter-charge__code--busy">
          <span className="button__spinner" aria-hidden="true" />
          <p>{words.processingBody}</p>
        </div>
      )}
      <div className="counter-charge__rest">
        {request.exception === 'partial' ? (
          <Banner tone="amber" title={words.partial(describe(request.money).written)} />
        ) : null}
        <p className="counter-charge__for">{request.description}</p>
        {state === 'waiting' ? <Countdown endsAt={charge.startedAt + validMs}>{words.left}</Countdown> : null}
        {isUnseen ? <Unseen /> : null}
        {cancel.error && state === 'waiting' ? <Failure error={cancel.error} effect={words.notCancelled} /> : null}
        {state === 'waiting' ? <PayCodePart requestId={request.id} /> : null}
        {state === 'waiting' ? (
          <Button wide large busy={cancel.isPending ? words.cancelling : undefined} onClick={cancel.cancel}>
            {words.cancel}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** The other way round: the customer shows a code, and the counter scans it. */
function PayCodePart({ requestId }: { readonly requestId: string }) {
  const words = useMessages(counterMessages);
  const [step, setStep] = useState<'idle' | 'scanning' | 'asked'>('idle');
  return (
    <>
      {step === 'asked' ? (
        <Banner tone="plain" title={words.payCode.asked}>
          {words.payCode.askedBody}
        </Banner>
      ) : null}
      <Button wide large icon="scan" onClick={() => setStep('scanning')}>
        {words.payCode.scan}
      </Button>
      {step === 'scanning' ? (
        <Suspense>
          <PayCodeSheet requestId={requestId} onAsked={() => setStep('asked')} onClose={() => setStep('idle')} />
        </Suspense>
      ) : null}
    </>
  );
}

type ReceivedProps = {
  readonly request: PaymentRequestWire;
  readonly isAnnounced: boolean;
  readonly onAnnounced: () => void;
  readonly onNext: () => void;
};

/** The money is there: to be seen across a counter, and heard once. */
function Received({ request, isAnnounced, onAnnounced, onNext }: ReceivedProps) {
  const words = useMessages(counterMessages);
  const language = useLanguage();
  const { preferences } = usePreferences();
  const describe = useChargeWords();
  const { received, spoken } = describe(receivedOf(request));
  const tooMuch = { ...request.money, amount: `${BigInt(request.received) - BigInt(request.money.amount)}` };
  const next = useRef<HTMLButtonElement>(null);
  const isSaid = useRef(isAnnounced);
  const announce = useEffectEvent(() => {
    if (isSaid.current) return;
    isSaid.current = true;
    if (!preferences.counterMuted) speak(spoken, language);
    onAnnounced();
  });
  useEffect(() => {
    announce();
    // The next customer is one key away.
    next.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="counter-received">
      <span className="counter-received__mark">
        <Icon name="check" size={64} />
      </span>
      <h2 className="counter-received__sum tabular">{received}</h2>
      <p className="counter-charge__for">{request.description}</p>
      {request.exception === 'over' ? <p>{words.over(describe(tooMuch).written)}</p> : null}
      <Button variant="primary" wide large ref={next} onClick={onNext}>
        {words.next}
      </Button>
    </div>
  );
}

type EndedState = Exclude<ChargeState, 'waiting' | 'processing' | 'received'>;
type EndedProps = Pick<ChargePartProps, 'onCharge' | 'onEdit' | 'onNext'> & {
  readonly request: PaymentRequestWire;
  readonly state: EndedState;
};

const endedIcons = {
  expired: 'clock',
  cancelled: 'close',
  unconfirmed: 'alert',
  short: 'alert',
  late: 'clock',
} as const satisfies Record<EndedState, IconName>;

/** It is over without all of the money in time: what came, if anything did, and what to do about it. */
function Ended({ request, state, onCharge, onEdit, onNext }: EndedProps) {
  const words = useMessages(counterMessages);
  const describe = useChargeWords();
  const { title, body } = words.ended[state];
  return (
    <div className="counter-ended">
      <Icon name={endedIcons[state]} size={40} />
      <Heading>{title}</Heading>
      <p className="text-soft">{body(describe(receivedOf(request)).written, describe(request.money).written)}</p>
      {state === 'short' || state === 'late' ? (
        // Whether to take what came or to give it back is decided where all payments of a request are seen.
        <ButtonLink href={`/links/${request.id}`} variant="primary" wide large>
          {words.decide}
        </ButtonLink>
      ) : (
        <Again request={request} onCharge={onCharge} />
      )}
      <div className="counter-ended__more">
        <Button wide onClick={onEdit}>
          {words.edit}
        </Button>
        <Button wide onClick={onNext}>
          {words.next}
        </Button>
      </div>
    </div>
  );
}

/** Nothing came: the same is asked for once more, by another code. */
function Again({ request, onCharge }: Pick<EndedProps, 'request' | 'onCharge'>) {
  const words = useMessages(counterMessages);
  const { money, description } = request;
  const { written } = useChargeWords()(money);
  const charge = useStartCharge(onCharge);
  return (
    <>
      {charge.error ? <Failure error={charge.error} effect={words.notCharged} /> : null}
      <Button
        variant="primary"
        wide
        large
        busy={charge.isPending ? words.charging : undefined}
        onClick={() => charge.start({ money, description })}
      >
        {words.again(written)}
      </Button>
    </>
  );
}
