import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Scan',
  lead: 'Payment codes, addresses and payment links are all understood.',
  start: 'Open the camera',
  ask: 'After your tap the browser asks whether the camera may be used. Pictures are read on this device and go nowhere.',
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
  cannotScan: 'This browser cannot read codes',
  cannotScanBody: 'Paste the address or link below, or open it with your phone’s camera.',
  picture: 'Read from a picture',
  noCode: 'There is no code in that picture',
  paste: 'Paste an address, a code’s content or a payment link',
  goOn: 'Go on',
  enter: 'Paste something first',
  unknown: 'This code is not understood',
  unknownBody: (text) => `It says: ${text}`,
};
