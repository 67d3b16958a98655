/**
 * What lies over a screen and goes away by the back button: an open layer has an entry of its own in the browser's history,
 * at the same address, and going back from there closes the layer instead of leaving the screen.
 */

type Layer = { readonly close: () => void; readonly isLocked: () => boolean };

const layers: Layer[] = [];
const countListeners = new Set<(count: number) => void>();
let isListening = false;
let leaving: ReturnType<typeof setTimeout> | undefined;

/** Tells how many layers are open whenever that changes. @returns what ends it. */
export function onLayerCount(listener: (count: number) => void): () => void {
  countListeners.add(listener);
  return () => void countListeners.delete(listener);
}

function tellCount(): void {
  for (const listener of countListeners) listener(layers.length);
}

/** How many layers the history's present entry stands for. */
function depthHere(): number {
  const depth: unknown = (history.state as { layers?: unknown } | null)?.layers;
  return typeof depth === 'number' ? depth : 0;
}

/** Leaves an entry whose layer was closed by other means, unless the person has gone elsewhere since. */
function leaveClosed(): void {
  leaving = undefined;
  if (depthHere() > layers.length) history.back();
}

/** The person went back, or forward, or `leaveClosed` did. */
function onMove(): void {
  const depth = depthHere();
  // An entry whose layer is long gone, such as one that led to another screen: nothing to see there.
  if (depth > layers.length) {
    history.back();
    return;
  }
  const top = layers.at(-1);
  if (!top || depth === layers.length) return;
  if (top.isLocked()) history.pushState({ layers: layers.length }, '');
  else top.close();
}

/**
 * Opens a layer over the screen.
 *
 * @param layer - `close` is called when the person goes back; while `isLocked` they stay where they are.
 * @returns what to call when it is closed, by whatever means.
 */
export function openLayer(layer: Layer): () => void {
  if (!isListening) window.addEventListener('popstate', onMove);
  isListening = true;
  clearTimeout(leaving);
  leaving = undefined;
  layers.push(layer);
  tellCount();
  // The entry of a layer that was closed in the same moment is taken over.
  if (depthHere() < layers.length) history.pushState({ layers: layers.length }, '');
  return () => {
    const at = layers.indexOf(layer);
    if (at >= 0) layers.splice(at, 1);
    tellCount();
    clearTimeout(leaving);
    // Not at once: closing may be followed by a move to another screen, which must be the last entry.
    leaving = setTimeout(leaveClosed);
  };
}
