import { useEffect } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { canSpeak, hush, speak } from './announce.ts';
import { ChargePart } from './charge-part.tsx';
import { toChargeState } from './charge-state.ts';
import { dueOf, receivedOf, useChargeWords } from './charge-words.ts';
import { type CounterState, emptyCounter, useCounter } from './counter-state.ts';
import { useFullScreen } from './device.ts';
import { EntryPart } from './entry-part.tsx';
import { counterMessages } from './messages.ts';
import { useSeenCharge } from './queries.ts';
import './counter.css';

/** A shop's counter: an amount, a code to scan, and the money is there. Customers see and hear it too. */
export function CounterScreen({ displayCurrency }: { readonly displayCurrency: string }) {
  const words = useMessages(counterMessages);
  const { userId } = useWallet();
  const [state, change] = useCounter(userId);
  const { charge } = state;
  // The pressed button goes away, and where there is no field to type into nothing else would take the focus.
  const leave = (part: Partial<CounterState>) => {
    document.querySelector<HTMLElement>('.counter h1')?.focus({ preventScroll: true });
    change({ ...part, charge: undefined });
  };
  return (
    <div className="counter">
      <Page title={words.title} back="/" actions={<Switches />}>
        {charge ? (
          <ChargePart
            key={charge.id}
            charge={charge}
            onCharge={(next) => change({ charge: next })}
            onEdit={() => leave({})}
            onNext={() => leave({ ...emptyCounter, mode: state.mode })}
          />
        ) : (
          <EntryPart
            currency={`iso4217:${displayCurrency}`}
            state={state}
            change={change}
            onCharge={(next) => change({ charge: next })}
          />
        )}
      </Page>
      {/* There all the time, so that screen readers notice what changes in it. */}
      <p className="visually-hidden" role="status">
        {charge ? <SpokenState id={charge.id} /> : null}
      </p>
    </div>
  );
}

function SpokenState({ id }: { readonly id: string }) {
  const words = useMessages(counterMessages);
  const describe = useChargeWords();
  const request = useSeenCharge(id);
  if (!request) return null;
  const state = toChargeState(request);
  return state === 'received'
    ? describe(receivedOf(request)).received
    : words.status[state](describe(dueOf(request)).written);
}

function Switches() {
  const words = useMessages(counterMessages);
  const language = useLanguage();
  const { preferences, change } = usePreferences();
  const fullScreen = useFullScreen();
  const isMuted = preferences.counterMuted;
  useEffect(() => {
    if (isMuted) hush();
  }, [isMuted]);
  const turn = () => {
    change({ counterMuted: !isMuted });
    if (isMuted) speak(words.speechOn, language);
  };
  return (
    <>
      {canSpeak() ? (
        <IconButton icon={isMuted ? 'soundOff' : 'sound'} label={words.speech} pressed={!isMuted} onClick={turn} />
      ) : null}
      {fullScreen ? (
        <IconButton
          icon={fullScreen.isFull ? 'fullScreenExit' : 'fullScreen'}
          label={words.fullScreen}
          pressed={fullScreen.isFull}
          onClick={fullScreen.toggle}
        />
      ) : null}
    </>
  );
}
