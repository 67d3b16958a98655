import { decodeQR } from 'qr/decode.js';

/** Looks for a QR code in a picture and gives what it says; undefined when there is none. */
export type Detect = (image: HTMLVideoElement | ImageBitmap) => Promise<string | undefined>;

// Finer than any code that a camera can read at arm's length; photographs have many times as many pixels.
const sidesMax = [1_200, 600, 2_400] as const;
/** What a single picture may take at each size. */
const pictureTimeMs = 1_500;
/** What a frame of the camera may take: the next one is another chance. */
const frameTimeMs = 40;

/** Reads QR codes on a canvas, for browsers that cannot do it themselves. */
export const detectQr: Detect = async (image) => {
  const isVideo = image instanceof HTMLVideoElement;
  for (const side of isVideo ? sidesMax.slice(0, 1) : sidesMax) {
    const pixels = drawPixels(image, side);
    const text = pixels && decode(pixels, isVideo ? frameTimeMs : pictureTimeMs);
    if (text !== undefined) return text;
  }
  return undefined;
};

function drawPixels(image: HTMLVideoElement | ImageBitmap, sideMax: number): ImageData | undefined {
  const [fullWidth, fullHeight] =
    image instanceof HTMLVideoElement ? [image.videoWidth, image.videoHeight] : [image.width, image.height];
  const scale = Math.min(1, sideMax / Math.max(fullWidth, fullHeight, 1));
  const [width, height] = [Math.round(fullWidth * scale), Math.round(fullHeight * scale)];
  if (width === 0 || height === 0) return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  // What is transparent is paper, not ink.
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function decode({ data, width, height }: ImageData, timeLimit: number): string | undefined {
  try {
    return decodeQR({ data, width, height }, { timeLimit });
  } catch {
    // There is no code in it; the decoder has no other way to say so.
    return undefined;
  }
}
