/**
 * The mark on a 64 by 64 field: the face of a seal with 飞 cut out, as one path under the even-odd rule.
 * The strokes do not touch, so that each is a hole of its own and the mark holds at 16 pixels.
 */
export const sealFace =
  'M11.4 2.2 51.6 2.5C58.2 2.6 61.6 5.8 61.7 12.2L61.9 52C61.9 58.4 58.8 61.7 52.4 61.8L12 61.6C5.7 61.5 2.4 58.2 2.2 51.8L2.4 12C2.5 5.6 5 2.1 11.4 2.2Z';

/** 飞 as three strokes: the long fold with its hook, and the two feathers of the wing. */
export const sealStrokes = [
  // The long fold: along the top, down the middle, out to the right foot, and up in the hook.
  'M8.6 12.6H37.4V25.4C37.4 37.4 41.4 45.6 49.8 49.4V42.2H56.8V58.2C39.8 56.6 29.6 44 29.6 25.8V19.8H8.6Z',
  // The upper feather, falling from right to left.
  'M49.4 10.4 56.4 13.6C53.9 19.6 49.4 24.8 42.6 28.9V20.7C45.8 17.9 48 14.6 49.4 10.4Z',
  // The lower feather, falling to the right.
  'M43.4 31.6 48.2 26.9C51.8 29 54.9 31.6 57.4 34.8L51.4 39.4C49.3 36.3 46.7 33.7 43.4 31.6Z',
] as const;
