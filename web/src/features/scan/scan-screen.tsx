import { type ChangeEvent, type FormEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { findDetector } from './detector.ts';
import { scanMessages } from './messages.ts';
import { readCode } from './read-code.ts';
import { type CameraState, useCamera } from './use-camera.ts';
import './scan.css';

/** One place for everything that can be scanned or pasted: it leads to the screen that deals with it. */
export function ScanScreen() {
  const words = useMessages(scanMessages);
  const [, navigate] = useLocation();
  const [attempt, setAttempt] = useState(0);
  const [problem, setProblem] = useState<{ readonly title: string; readonly body?: string } | undefined>();
  const video = useRef<HTMLVideoElement>(null);
  const [open] = useState(() => (text: string) => {
    const target = readCode(text, location.host);
    setAttempt(0);
    if (target.kind === 'path') navigate(target.path);
    else setProblem({ title: words.unknown, body: words.unknownBody(target.text) });
  });
  const camera = useCamera(video, attempt, open);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('code') ?? '').trim();
    if (text === '') setProblem({ title: words.enter });
    else open(text);
  };
  const readPicture = async (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    if (!file) return;
    const detect = await findDetector();
    if (!detect) return setProblem({ title: words.cannotScan, body: words.cannotScanBody });
    const text = await detect(file).catch(() => undefined);
    if (text === undefined) setProblem({ title: words.noCode });
    else open(text);
  };
  return (
    <Page title={words.title} back="/">
      <p className="text-soft">{words.lead}</p>
      <div className={camera === 'scanning' ? 'scan-view scan-view--on' : 'scan-view'}>
        <video ref={video} hidden={camera !== 'scanning'} muted playsInline />
        {camera === 'scanning' ? <span className="scan-view__frame" aria-hidden="true" /> : null}
        {camera === 'scanning' ? null : (
          <Button
            variant="primary"
            icon="scan"
            busy={camera === 'starting' ? words.starting : undefined}
            onClick={() => {
              setProblem(undefined);
              setAttempt(attempt + 1);
            }}
          >
            {words.start}
          </Button>
        )}
      </div>
      <div className="stack" aria-live="polite">
        <CameraProblem camera={camera} />
        {problem ? (
          <Banner tone="amber" title={problem.title}>
            {problem.body}
          </Banner>
        ) : null}
      </div>
      <form className="stack" onSubmit={submit} noValidate>
        <TextInput
          label={words.paste}
          name="code"
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          maxLength={2000}
        />
        <Button type="submit" wide>
          {words.goOn}
        </Button>
      </form>
      <label className="button button--secondary button--wide scan-picture">
        {words.picture}
        <input className="visually-hidden" type="file" accept="image/*" onChange={(event) => void readPicture(event)} />
      </label>
    </Page>
  );
}

function CameraProblem({ camera }: { readonly camera: CameraState }) {
  const words = useMessages(scanMessages);
  if (camera === 'scanning') return <p className="text-soft">{words.scanning}</p>;
  const problems = {
    denied: [words.cameraDenied, words.cameraDeniedBody],
    missing: [words.cameraMissing, words.cameraMissingBody],
    busy: [words.cameraBusy, words.cameraBusyBody],
    insecure: [words.insecure, words.insecureBody],
    unsupported: [words.cannotScan, words.cannotScanBody],
  } as const;
  if (camera === 'off' || camera === 'starting') return <p className="text-soft text-small">{words.ask}</p>;
  const [title, body] = problems[camera];
  return (
    <Banner tone="amber" title={title}>
      {body}
    </Banner>
  );
}
