import { codeOf } from '../lib/error-code.ts';
import { eventsPath, getRequest, parseRequest, type Request } from './service.ts';

/** A request as far as it is known here. */
export type Live =
  | { readonly status: 'loading' }
  /** The service cannot be reached, and nothing was known before. */
  | { readonly status: 'away' }
  | { readonly status: 'missing' }
  | {
      readonly status: 'shown';
      readonly request: Request;
      /** Whether the service can't be reached just now: then this is what was known before. */
      readonly isStale: boolean;
    };

/** A request that is followed: told of as it changes, and asked for where that does not work. */
export type LiveRequest = {
  readonly read: () => Live;
  readonly subscribe: (listener: () => void) => () => void;
  /** Asks now, such as when its time is over or something was paid here. */
  readonly look: () => void;
};

const lookAgainMs = 4_000;
// Nothing more is expected then; money that is late would show.
const lookAgainWhenOverMs = 30_000;

const isOver = ({ state }: Request): boolean => state !== 'new' && state !== 'processing';

/** Follows a request while somebody listens and the page is in front. */
export function createLiveRequest(id: string): LiveRequest {
  let live: Live = { status: 'loading' };
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  const listeners = new Set<() => void>();
  const tell = (next: Live) => {
    live = next;
    for (const listener of listeners) listener();
  };
  const show = (request: Request) => {
    tell({ status: 'shown', request, isStale: false });
    if (isOver(request)) closeStream();
  };
  const lose = (error: unknown) => {
    if (codeOf(error) === 'NOT_FOUND') tell({ status: 'missing' });
    else tell(live.status === 'shown' ? { ...live, isStale: true } : { status: 'away' });
  };
  const closeStream = () => {
    stream?.close();
    stream = undefined;
  };
  const openStream = () => {
    if (stream || live.status !== 'shown' || isOver(live.request)) return;
    stream = new EventSource(eventsPath(id));
    stream.addEventListener('request', ({ data }: MessageEvent<string>) => show(parseRequest(JSON.parse(data))));
    // While it does not work, and it may never, the page asks.
    stream.addEventListener('error', look);
  };
  const plan = () => {
    clearTimeout(timer);
    if (listeners.size === 0 || document.hidden || live.status === 'missing') return;
    const isTold = stream?.readyState === EventSource.OPEN;
    const isDone = live.status === 'shown' && isOver(live.request);
    if (!isTold) timer = setTimeout(look, isDone ? lookAgainWhenOverMs : lookAgainMs);
  };
  function look(): void {
    if (asking || listeners.size === 0) return;
    if (stream?.readyState === EventSource.CLOSED) closeStream();
    const mine = new AbortController();
    asking = mine;
    const end = (take: () => void) => {
      if (asking !== mine) return;
      asking = undefined;
      take();
      openStream();
      plan();
    };
    getRequest(id, mine.signal).then(
      (request) => end(() => show(request)),
      (error: unknown) => end(() => lose(error)),
    );
  }
  const turn = () => {
    if (!document.hidden) look();
  };
  return {
    read: () => live,
    look,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        document.addEventListener('visibilitychange', turn);
        window.addEventListener('online', look);
        look();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        document.removeEventListener('visibilitychange', turn);
        window.removeEventListener('online', look);
        clearTimeout(timer);
        asking?.abort();
        asking = undefined;
        closeStream();
      };
    },
  };
}
