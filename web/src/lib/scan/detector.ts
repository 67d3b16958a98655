import type { Detect } from './detect-qr.ts';

/** What the browser's own code reader offers; not yet in TypeScript's DOM types. */
type BarcodeDetector = {
  readonly detect: (image: CanvasImageSource | Blob) => Promise<readonly { readonly rawValue: string }[]>;
};
type BarcodeDetectorClass = {
  new (options: { readonly formats: readonly string[] }): BarcodeDetector;
  readonly getSupportedFormats: () => Promise<readonly string[]>;
};

/**
 * The browser's own reader of QR codes where it has one, else ours, which is fetched only then.
 *
 * @see https://wicg.github.io/shape-detection-api/
 */
export async function findDetector(): Promise<Detect> {
  const Detector = (globalThis as { BarcodeDetector?: BarcodeDetectorClass }).BarcodeDetector;
  if (!Detector || !(await Detector.getSupportedFormats()).includes('qr_code'))
    return (await import('./detect-qr.ts')).detectQr;
  const detector = new Detector({ formats: ['qr_code'] });
  return async (image) => (await detector.detect(image))[0]?.rawValue;
}

/**
 * Reads the code in a picture file.
 *
 * @returns what it says; undefined when there is none, or the file is no picture.
 */
export async function detectInFile(file: Blob): Promise<string | undefined> {
  const detect = await findDetector();
  const image = await createImageBitmap(file).catch(() => undefined);
  if (!image) return undefined;
  try {
    return await detect(image);
  } finally {
    image.close();
  }
}
