import { type FormEvent, useReducer } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { PasswordInput, TextInput } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PhraseWords } from '../../ui/phrase-words.tsx';
import { SecretText } from '../../ui/secret-text.tsx';
import { settingsMessages } from './messages.ts';
import { choosePositions, forgetPhrase, type PhraseEvent, reducePhrase, type ShownPhrase } from './phrase-state.ts';
import './settings.css';

const askedWords = 3;

/** Shows the recovery phrase after the password, and checks that it was written down. */
export function PhraseScreen() {
  const words = useMessages(settingsMessages);
  const [state, dispatch] = useReducer(reducePhrase, { step: 'asking' });
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.phraseTitle} back="/settings" detail={settings}>
      {state.step === 'asking' ? <AskPassword dispatch={dispatch} /> : null}
      {state.step === 'shown' ? <ShowWords phrase={state.phrase} dispatch={dispatch} /> : null}
      {state.step === 'checking' ? (
        <CheckWords positions={state.positions} isWrong={state.isWrong} dispatch={dispatch} />
      ) : null}
      {state.step === 'checked' ? (
        <Banner
          tone="jade"
          title={words.checkedTitle}
          action={<ButtonLink href="/settings">{words.backToSettings}</ButtonLink>}
        >
          {words.checkedBody}
        </Banner>
      ) : null}
    </Page>
  );
}

type StepProps = { readonly dispatch: (event: PhraseEvent) => void };

function AskPassword({ dispatch }: StepProps) {
  const words = useMessages(settingsMessages);
  const startWallet = useStartWallet();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    run(async () => {
      const { service } = await startWallet();
      const { words: shown, ...more } = await service.revealPhrase(password);
      dispatch({ type: 'revealed', phrase: { words: [...shown], ...more } });
    });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p>{words.phraseWhy}</p>
      <ol className="phrase-rules">
        <li>{words.phraseRule1}</li>
        <li>{words.phraseRule2}</li>
        <li>{words.phraseRule3}</li>
      </ol>
      <PasswordInput label={words.phrasePassword} name="password" autoComplete="current-password" required />
      {error ? <Failure error={error} /> : null}
      <Button type="submit" variant="primary" wide large busy={isPending ? words.revealing : undefined}>
        {words.reveal}
      </Button>
    </form>
  );
}

type ShowProps = StepProps & { readonly phrase: ShownPhrase };

function ShowWords({ phrase, dispatch }: ShowProps) {
  const words = useMessages(settingsMessages);
  const goOn = () => {
    dispatch({ type: 'written', positions: choosePositions(phrase.words.length, askedWords, randomBelow) });
    forgetPhrase(phrase);
  };
  return (
    <div className="stack">
      <p className="text-soft">{words.phraseRule1}</p>
      <PhraseWords words={phrase.words} />
      {phrase.passphrase === undefined ? null : (
        <>
          <SecretText label={words.passphrase} text={phrase.passphrase} />
          <Banner tone="amber" title={words.passphraseNeeded} />
        </>
      )}
      <p className="text-soft text-small">{words.clipboard}</p>
      <Button variant="primary" wide large onClick={goOn}>
        {words.wrote}
      </Button>
    </div>
  );
}

type CheckProps = StepProps & { readonly positions: readonly number[]; readonly isWrong: boolean };

function CheckWords({ positions, isWrong, dispatch }: CheckProps) {
  const words = useMessages(settingsMessages);
  const startWallet = useStartWallet();
  const { run, isPending, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const answers = positions.map((position) => ({ position, word: String(form.get(`word-${position}`) ?? '') }));
    run(async () => {
      const { service } = await startWallet();
      dispatch({ type: 'judged', isCorrect: await service.checkPhrase(answers) });
    });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p>{words.checkLead}</p>
      {positions.map((position) => (
        <TextInput
          key={position}
          label={words.word(position)}
          name={`word-${position}`}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          translate="no"
        />
      ))}
      {isWrong ? <Banner tone="plum" title={words.wrong} /> : null}
      {error ? <Failure error={error} /> : null}
      <div className="row">
        <Button type="submit" variant="primary" busy={isPending ? words.checking : undefined}>
          {words.check}
        </Button>
        <Button onClick={() => dispatch({ type: 'hidden' })}>{words.again}</Button>
      </div>
    </form>
  );
}

/** A fair whole number below `below`, by refusing the remainder of the range. */
function randomBelow(below: number): number {
  const limit = Math.floor(2 ** 32 / below) * below;
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return value < limit ? value % below : randomBelow(below);
}
