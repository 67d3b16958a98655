import { type ClipboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import type { Recognized } from '../../keyring/protocol.ts';
import { splitPhrase } from '../../keyring/split-phrase.ts';
import { Button } from '../../ui/button.tsx';
import { emptyWhenGone, PasswordInput, TextArea } from '../../ui/field.tsx';
import { More } from '../../ui/receipt.tsx';
import { Failure } from '../failure.tsx';
import { useStartWallet } from '../wallet/session-context.tsx';
import { nameWords } from './name-words.ts';
import { Recognition } from './recognition.tsx';
import { secretBoxMessages } from './words.ts';

/** A keystore has about 500 characters; what is much larger is another file, and is not read. */
const fileBytesMax = 100_000;

export type SecretBoxProps = {
  /** Told with every change what the box holds. The text itself stays in the box and goes to the keyring. */
  readonly onRecognized: (recognized: Recognized) => void;
  readonly autoFocus?: boolean | undefined;
};

/** What a form holds that a {@link SecretBox} stands in. */
export function readSecretBox(form: HTMLFormElement): { text: string; passphrase: string; keystorePassword: string } {
  const data = new FormData(form);
  const read = (name: string) => String(data.get(name) ?? '');
  return { text: read('secret'), passphrase: read('passphrase'), keystorePassword: read('keystorePassword') };
}

/** Whether what the box holds can be restored or imported. */
export function isComplete({ kind }: Recognized): boolean {
  return kind === 'phrase' || kind === 'private_key' || kind === 'keystore' || kind === 'address';
}

/**
 * One box for a recovery phrase, a private key, a keystore or an address, recognised by the keyring as one types. The text is
 * never in the page's state: it stands in the field until the form is sent or left, and what was pasted leaves the clipboard.
 */
export function SecretBox({ onRecognized, autoFocus = false }: SecretBoxProps) {
  const words = useMessages(secretBoxMessages);
  const field = useRef<HTMLTextAreaElement>(null);
  const { recognized, look, error } = useRecognition(field, onRecognized);
  const [isCleared, setCleared] = useState(false);
  useEffect(() => emptyWhenGone(field.current), []);
  const take = async (text?: string) => {
    if (text !== undefined && field.current) field.current.value = text;
    return await look();
  };
  const paste = async (_event: ClipboardEvent) => {
    const found = await afterPaste(look);
    if (found && found.kind !== 'address' && isComplete(found)) setCleared(await clearClipboard());
  };
  const replace = (position: number, word: string) => {
    const all = splitPhrase(field.current?.value ?? '');
    void take(
      `${all
        .with(position - 1, word)
        .join(' ')
        .normalize('NFC')} `,
    );
    field.current?.focus();
  };
  return (
    <div className="stack">
      <TextArea
        ref={field}
        label={words.label}
        name="secret"
        rows={4}
        placeholder={words.placeholder}
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        translate="no"
        autoFocus={autoFocus}
        onInput={() => void take()}
        onPaste={(event) => void paste(event)}
      />
      <FileButton onText={(text) => void take(text)} />
      <Recognition
        recognized={recognized}
        named={nameWords(recognized, field.current?.value ?? '')}
        onReplace={replace}
      />
      {isCleared ? <p className="text-soft text-small">{words.cleared}</p> : null}
      {error === undefined ? null : <Failure error={error} />}
      {recognized.kind === 'phrase' ? <Passphrase /> : null}
      {recognized.kind === 'keystore' ? (
        <PasswordInput
          label={words.keystorePassword}
          hint={words.keystorePasswordHint}
          name="keystorePassword"
          autoComplete="off"
          required
        />
      ) : null}
    </div>
  );
}

function Passphrase() {
  const words = useMessages(secretBoxMessages);
  return (
    <More label={words.passphraseAsk}>
      <PasswordInput label={words.passphrase} hint={words.passphraseHint} name="passphrase" autoComplete="off" />
    </More>
  );
}

function FileButton({ onText }: { readonly onText: (text: string) => void }) {
  const words = useMessages(secretBoxMessages);
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (file && file.size <= fileBytesMax) onText(await file.text());
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={words.choose}
        accept=".json,application/json,text/plain"
        onChange={(event) => {
          void read(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      <div className="row">
        <Button variant="quiet" icon="key" onClick={() => input.current?.click()}>
          {words.choose}
        </Button>
      </div>
    </>
  );
}

/** Asks the keyring what the field holds. The newest answer counts; the field is emptied when it goes away. */
function useRecognition(field: RefObject<HTMLTextAreaElement | null>, onRecognized: SecretBoxProps['onRecognized']) {
  const startWallet = useStartWallet();
  const asked = useRef(0);
  const [state, setState] = useState<{ recognized: Recognized; error?: unknown }>({ recognized: { kind: 'empty' } });
  useEffect(() => {
    const element = field.current;
    const empty = () => {
      if (element) element.value = '';
    };
    // A page that is kept for "back" keeps its fields.
    window.addEventListener('pagehide', empty);
    return () => {
      window.removeEventListener('pagehide', empty);
      empty();
    };
  }, [field]);
  const look = async (): Promise<Recognized | undefined> => {
    asked.current += 1;
    const turn = asked.current;
    try {
      const { accounts } = await startWallet();
      const recognized = await accounts.recognize(field.current?.value ?? '');
      if (turn !== asked.current) return undefined;
      setState({ recognized });
      onRecognized(recognized);
      return recognized;
    } catch (error) {
      if (turn === asked.current) setState({ recognized: { kind: 'empty' }, error });
      return undefined;
    }
  };
  return { ...state, look };
}

/** The event comes before the text is in the field. */
function afterPaste<Result>(look: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve(look()));
  });
}

/** @returns whether the browser let us; many ask for a permission that nobody should be asked for. */
async function clearClipboard(): Promise<boolean> {
  try {
    await navigator.clipboard.writeText('');
    return true;
  } catch {
    return false;
  }
}
