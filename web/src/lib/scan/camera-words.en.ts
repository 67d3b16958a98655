import type { messages as zh } from './camera-words.zh.ts';

export const messages: typeof zh = {
  start: 'Open the camera',
  ask: 'Your browser will ask before the camera is used. Pictures are read on this device and stay here.',
  starting: 'Opening the camera',
  scanning: 'Hold the code in the frame',
  cameraDenied: 'The camera may not be used',
  cameraDeniedBody:
    'Allow it in the browser’s settings for this site, or in the system’s settings if the wallet is installed, and tap again. A picture or pasting works too.',
  cameraMissing: 'No camera found',
  cameraMissingBody: 'Use a picture, or paste below.',
  cameraBusy: 'The camera does not open',
  cameraBusyBody: 'Another app may be using it. Close that and tap again, or use a picture or paste below.',
  insecure: 'No camera at this address',
  insecureBody:
    'Browsers open the camera over an encrypted connection only. Open the address that begins with https, or use a picture or paste below.',
};
