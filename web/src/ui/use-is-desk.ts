import { useSyncExternalStore } from 'react';
import { onLayerCount } from './back-layers.ts';

// The same width as in page.css and shell.css.
const desk = '(min-width: 70rem)';

const isWide = (): boolean => matchMedia(desk).matches;

// What lies over a screen belongs to a part of it, and would go with that part when the screen is laid out anew: who turns a tablet
// while a sheet is open keeps the sheet.
let held: boolean | undefined;
onLayerCount((count) => {
  held = count === 0 ? undefined : (held ?? isWide());
});

function subscribe(onChange: () => void): () => void {
  const query = matchMedia(desk);
  query.addEventListener('change', onChange);
  const forget = onLayerCount(onChange);
  return () => {
    query.removeEventListener('change', onChange);
    forget();
  };
}

/** Whether there is room for a detail beside its list. It does not change while something lies over the screen. */
export function useIsDesk(): boolean {
  return useSyncExternalStore(subscribe, () => held ?? isWide());
}
