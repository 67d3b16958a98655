import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import type { Detect } from './detect-qr.ts';
import { findDetector } from './detector.ts';

/** How the camera stands. */
export type CameraState =
  | 'off'
  | 'starting'
  | 'scanning'
  /** The person or the system said no. */
  | 'denied'
  | 'missing'
  /** It is there and does not start: another program has it. */
  | 'busy'
  /** The page did not come over HTTPS. */
  | 'insecure';

const lookEveryMs = 200;

/**
 * Looks for a code through the camera while it is on, and lets go of the camera afterwards. The person is asked for it only then.
 *
 * @param attempt - 0 while it is off; another number for each time that the person wants it on.
 * @param onCode - Called once, with what the code says.
 */
export function useCamera(
  video: RefObject<HTMLVideoElement | null>,
  attempt: number,
  onCode: (text: string) => void,
): CameraState {
  const [state, setState] = useState<CameraState>('off');
  const tell = useEffectEvent(onCode);
  useEffect(() => {
    if (attempt === 0) return undefined;
    let isOver = false;
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (detect: Detect): Promise<void> => {
      const found = video.current && video.current.readyState >= 2 ? await detect(video.current) : undefined;
      if (isOver) return;
      if (found === undefined) timer = setTimeout(() => void look(detect), lookEveryMs);
      else tell(found);
    };
    const start = async (): Promise<void> => {
      setState('starting');
      if (!isSecureContext || !navigator.mediaDevices) return setState('insecure');
      const detector = findDetector();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      const detect = await detector;
      if (isOver || !video.current) return stopTracks(stream);
      video.current.srcObject = stream;
      await video.current.play();
      setState('scanning');
      await look(detect);
    };
    start().catch((error: unknown) => {
      if (!isOver) setState(explainRefusal(error));
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
      stopTracks(stream);
    };
  }, [attempt, video]);
  return attempt === 0 ? 'off' : state;
}

/** @see https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
function explainRefusal(error: unknown): CameraState {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'missing';
}

function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Whether the camera may be used without another question. Browsers that do not tell are taken to ask. */
export async function isCameraGranted(): Promise<boolean> {
  if (!isSecureContext || !navigator.permissions) return false;
  return navigator.permissions.query({ name: 'camera' as PermissionName }).then(
    ({ state }) => state === 'granted',
    () => false,
  );
}
