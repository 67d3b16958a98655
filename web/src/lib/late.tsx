import { type ComponentType, Suspense, useEffect, useState } from 'react';
import { whenIdle } from './when-idle.ts';

const retryMs = 3_000;

/**
 * A component whose code is fetched when the page has loaded and has nothing else to do; until then nothing is in its place. For what
 * nobody can need at once. Without a network it is tried again until it is there.
 */
export function late<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Late(props: Props) {
    const [Loaded, setLoaded] = useState(() => loaded);
    useEffect(() => {
      if (loaded) return undefined;
      let retry: ReturnType<typeof setTimeout> | undefined;
      const begin = async () => {
        try {
          loaded = await load();
          setLoaded(() => loaded);
        } catch {
          retry = setTimeout(() => void begin(), retryMs);
        }
      };
      const callOff = whenIdle(() => void begin());
      return () => {
        callOff();
        clearTimeout(retry);
      };
    }, []);
    return Loaded ? (
      <Suspense>
        <Loaded {...props} />
      </Suspense>
    ) : null;
  };
}
