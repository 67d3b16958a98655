import { useEffect } from 'react';

/**
 * Does something on Esc, such as closing the detail beside a list. An open sheet takes the key first.
 *
 * @param onEscape - Leave it out while there is nothing to close.
 */
export function useEscape(onEscape: (() => void) | undefined): void {
  useEffect(() => {
    if (!onEscape) return undefined;
    const listen = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) onEscape();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [onEscape]);
}
