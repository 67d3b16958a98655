import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { cameraMessages } from './camera-words.ts';
import { type CameraState, isCameraGranted, useCamera } from './use-camera.ts';
import './camera-view.css';

type CameraViewProps = {
  /** What a code says; the camera is off then. */
  readonly onCode: (text: string) => void;
  readonly onStart?: (() => void) | undefined;
};

/** The camera, from the press that opens it to a code. It opens by itself for who has allowed it before. */
export function CameraView({ onCode, onStart }: CameraViewProps) {
  const words = useMessages(cameraMessages);
  const [attempt, setAttempt] = useState(0);
  const video = useRef<HTMLVideoElement>(null);
  const camera = useCamera(video, attempt, (text) => {
    setAttempt(0);
    onCode(text);
  });
  useEffect(() => {
    // Who has allowed it before came here to scan.
    void isCameraGranted().then((isGranted) => isGranted && setAttempt(1));
  }, []);
  const start = () => {
    onStart?.();
    setAttempt(attempt + 1);
  };
  return (
    <>
      <div className={camera === 'scanning' ? 'scan-view scan-view--on' : 'scan-view'}>
        <video ref={video} hidden={camera !== 'scanning'} muted playsInline />
        {camera === 'scanning' ? (
          <span className="scan-view__frame" aria-hidden="true" />
        ) : (
          <Button
            variant="primary"
            icon="scan"
            busy={camera === 'starting' ? words.starting : undefined}
            onClick={start}
          >
            {words.start}
          </Button>
        )}
      </div>
      <div aria-live="polite">
        <CameraProblem camera={camera} />
      </div>
    </>
  );
}

function CameraProblem({ camera }: { readonly camera: CameraState }) {
  const words = useMessages(cameraMessages);
  if (camera === 'scanning') return <p className="text-soft">{words.scanning}</p>;
  const problems = {
    denied: [words.cameraDenied, words.cameraDeniedBody],
    missing: [words.cameraMissing, words.cameraMissingBody],
    busy: [words.cameraBusy, words.cameraBusyBody],
    insecure: [words.insecure, words.insecureBody],
  } as const;
  if (camera === 'off' || camera === 'starting') return <p className="text-soft text-small">{words.ask}</p>;
  const [title, body] = problems[camera];
  return (
    <Banner tone="amber" title={title}>
      {body}
    </Banner>
  );
}
