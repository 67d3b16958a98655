import { readCode } from '@feiqian/domain/codes/read-code';
import { type ChangeEvent, type FormEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { errorMessages } from '../../lib/error-text.ts';
import { CameraView } from '../../lib/scan/camera-view.tsx';
import { detectInFile } from '../../lib/scan/detector.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { type CodeNotice, toTarget } from './code-target.ts';
import { scanMessages } from './messages.ts';
import { useTaken } from './use-taken.ts';
import './scan.css';

type Notice = Pick<CodeNotice, 'title' | 'tone' | 'action'> & { readonly body?: string };

/** One place for everything that can be scanned, pasted or dropped: it leads to the screen that deals with it. */
export function ScanScreen() {
  const words = useMessages(scanMessages);
  const errors = useMessages(errorMessages);
  const [, navigate] = useLocation();
  const [notice, setNotice] = useState<Notice | undefined>();
  const form = useRef<HTMLFormElement>(null);
  /** Whether it leads somewhere, or must not be seen. */
  const [open] = useState(() => (text: string): boolean => {
    const code = readCode(text, location.host);
    const target = toTarget(code, { words, errors });
    if ('path' in target) navigate(target.path);
    else setNotice(target.notice);
    if (code.kind === 'secret') form.current?.reset();
    return 'path' in target || code.kind === 'secret';
  });
  const readPicture = async (file: Blob) => {
    const text = await detectInFile(file);
    if (text === undefined) setNotice({ tone: 'amber', title: words.noCode });
    else open(text);
  };
  const isOver = useTaken({ onText: open, onPicture: (file) => void readPicture(file) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('code') ?? '').trim();
    if (text === '') setNotice({ tone: 'amber', title: words.enter });
    else open(text);
  };
  return (
    <Page title={words.title} back="/">
      <p className="text-soft">{isOver ? words.drop : words.lead}</p>
      <CameraView onCode={open} onStart={() => setNotice(undefined)} />
      <div className="stack" aria-live="polite">
        {notice ? <NoticeBanner notice={notice} /> : null}
      </div>
      <form className="stack" ref={form} onSubmit={submit} noValidate>
        <TextInput
          label={words.paste}
          name="code"
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          maxLength={4000}
        />
        <Button type="submit" wide>
          {words.goOn}
        </Button>
      </form>
      <PicturePicker label={words.picture} onPicture={(file) => void readPicture(file)} />
    </Page>
  );
}

function NoticeBanner({ notice: { tone, title, body, action } }: { readonly notice: Notice }) {
  return (
    <Banner
      tone={tone}
      title={title}
      action={action ? <ButtonLink href={action.href}>{action.label}</ButtonLink> : null}
    >
      {body}
    </Banner>
  );
}

type PicturePickerProps = { readonly label: string; readonly onPicture: (file: Blob) => void };

function PicturePicker({ label, onPicture }: PicturePickerProps) {
  const pick = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [file] = target.files ?? [];
    if (file) onPicture(file);
    // The same picture may be chosen again.
    target.value = '';
  };
  return (
    <label className="button button--secondary button--wide scan-picture">
      {label}
      <input className="visually-hidden" type="file" accept="image/*" onChange={pick} />
    </label>
  );
}
