import { type RefObject, useEffect, useState } from 'react';
import { findDetector } from './detector.ts';

/** How the camera stands. */
export type CameraState = 'off' | 'starting' | 'scanning' | 'denied' | 'missing' | 'unsupported';

const lookEveryMs = 200;

/**
 * Looks for a code through the camera while it is on, and lets go of the camera afterwards.
 *
 * @param onCode - Called once, with what the code says.
 */
export function useCamera(
  video: RefObject<HTMLVideoElement | null>,
  isOn: boolean,
  onCode: (text: string) => void,
): CameraState {
  const [state, setState] = useState<CameraState>('off');
  useEffect(() => {
    if (!isOn) return undefined;
    let isOver = false;
    let stream: MediaStream | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (detect: (image: CanvasImageSource) => Promise<string | undefined>): Promise<void> => {
      const found = video.current && video.current.readyState >= 2 ? await detect(video.current) : undefined;
      if (isOver) return;
      if (found === undefined) timer = setTimeout(() => void look(detect), lookEveryMs);
      else onCode(found);
    };
    const start = async (): Promise<void> => {
      setState('starting');
      const detect = await findDetector();
      if (!detect || !navigator.mediaDevices) return setState('unsupported');
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (isOver || !video.current) return stopTracks(stream);
      video.current.srcObject = stream;
      await video.current.play();
      setState('scanning');
      await look(detect);
    };
    start().catch((error: unknown) => {
      if (!isOver) setState(error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'missing');
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
      stopTracks(stream);
    };
  }, [isOn, video, onCode]);
  return isOn ? state : 'off';
}

function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
