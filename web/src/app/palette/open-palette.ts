/** What the page tells itself when the palette is asked for by a press instead of a key. */
export const paletteEvent = 'feiqian-palette';

/** Opens the command palette, wherever it is mounted. */
export function openPalette(): void {
  window.dispatchEvent(new Event(paletteEvent));
}
