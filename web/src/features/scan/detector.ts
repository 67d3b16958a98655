/** What the browser's own code reader offers; not yet in TypeScript's DOM types. */
type BarcodeDetector = {
  readonly detect: (image: CanvasImageSource | Blob) => Promise<readonly { readonly rawValue: string }[]>;
};
type BarcodeDetectorClass = {
  new (options: { readonly formats: readonly string[] }): BarcodeDetector;
  readonly getSupportedFormats: () => Promise<readonly string[]>;
};

/**
 * The browser's own reader of QR codes, where it has one. No other is shipped: people without it paste, or use their
 * phone's camera.
 *
 * @see https://wicg.github.io/shape-detection-api/
 */
export async function findDetector(): Promise<
  ((image: CanvasImageSource | Blob) => Promise<string | undefined>) | undefined
> {
  const Detector = (globalThis as { BarcodeDetector?: BarcodeDetectorClass }).BarcodeDetector;
  if (!Detector || !(await Detector.getSupportedFormats()).includes('qr_code')) return undefined;
  const detector = new Detector({ formats: ['qr_code'] });
  return async (image) => (await detector.detect(image))[0]?.rawValue;
}
