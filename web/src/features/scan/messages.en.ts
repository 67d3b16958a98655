import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Scan',
  lead: 'Payment codes, addresses and payment links are all understood.',
  start: 'Open the camera',
  starting: 'Opening the camera',
  scanning: 'Hold the code in the frame',
  cameraDenied: 'The camera may not be used',
  cameraDeniedBody: 'Allow it beside the address bar, or paste below.',
  cameraMissing: 'No camera found',
  cameraMissingBody: 'Use a picture, or paste below.',
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
