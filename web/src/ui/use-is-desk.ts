import { useSyncExternalStore } from 'react';

// The same width as in page.css and shell.css.
const desk = '(min-width: 70rem)';

function subscribe(onChange: () => void): () => void {
  const query = matchMedia(desk);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

/** Whether there is room for a detail beside its list. */
export function useIsDesk(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(desk).matches);
}
