import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react';
import type { AnnouncedWallet, AnnouncedWallets } from './announced-wallets.ts';
import type { Handing, Handover } from './handover.ts';
import type { Live, LiveRequest } from './live-request.ts';

/** A request as it is now. */
export const useLive = ({ subscribe, read }: LiveRequest): Live => useSyncExternalStore(subscribe, read);

/** The wallets that announced themselves so far. */
export const useWallets = ({ subscribe, read }: AnnouncedWallets): readonly AnnouncedWallet[] =>
  useSyncExternalStore(subscribe, read);

/** What becomes of what was signed here. */
export const useHandover = ({ subscribe, read }: Handover): Handing => useSyncExternalStore(subscribe, read);

/** The time, as often as it is looked at; it stands still while `everyMs` is undefined. */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export type Loaded<Value> =
  | { readonly status: 'loading' }
  | { readonly status: 'here'; readonly value: Value }
  | { readonly status: 'failed'; readonly error: unknown };

/** Loads something once for each key, which names it; undefined loads nothing. */
export function useLoaded<Value>(key: string | undefined, load: () => Promise<Value>): Loaded<Value> {
  const [loaded, setLoaded] = useState<{ readonly key: string; readonly now: Loaded<Value> } | undefined>();
  const begin = useEffectEvent(load);
  useEffect(() => {
    if (key === undefined) return undefined;
    let isWanted = true;
    const take = (now: Loaded<Value>) => {
      if (isWanted) setLoaded({ key, now });
    };
    begin().then(
      (value) => take({ status: 'here', value }),
      (error: unknown) => take({ status: 'failed', error }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return loaded?.key === key && loaded ? loaded.now : { status: 'loading' };
}
