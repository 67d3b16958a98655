import { type ComponentType, useEffect, useState } from 'react';
import { whenIdle } from '../when-idle.ts';

const retryMs = 3_000;

/** The place of what asks for a second factor. Its code comes when the page has nothing else to do; what asks before that waits. */
export function LateSecondFactorHost() {
  const [Host, setHost] = useState<ComponentType>();
  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      try {
        const { SecondFactorHost } = await import('./host.tsx');
        setHost(() => SecondFactorHost);
      } catch {
        retry = setTimeout(() => void load(), retryMs);
      }
    };
    const callOff = whenIdle(() => void load());
    return () => {
      callOff();
      clearTimeout(retry);
    };
  }, []);
  return Host ? <Host /> : null;
}
