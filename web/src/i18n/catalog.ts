import type { Language } from './language.ts';

/** Sentences of one feature: text, or a function of what varies. The Chinese file is the model of the English one. */
type Loader<Messages> = Messages | (() => Promise<{ readonly messages: Messages }>);

/** A promise that tells React's `use` when its value is at hand, so that nothing suspends for what is here already. */
type ReadyPromise<Value> = Promise<Value> & { status?: 'fulfilled'; value?: Value };

/** The sentences of one feature in every language, fetched when first needed and then kept. */
export type Catalog<Messages> = {
  /** Fetches the sentences once; the same promise is given every time, and a failed fetch may be tried again. */
  readonly load: (language: Language) => Promise<Messages>;
};

/**
 * Declares the sentences of a feature. Both languages have the type of the Chinese ones, so a missing, extra or
 * differently shaped sentence does not compile.
 *
 * @example defineCatalog({ zh: () => import('./send.zh.ts'), en: () => import('./send.en.ts') })
 */
export function defineCatalog<Messages extends object>(loaders: Record<Language, Loader<Messages>>): Catalog<Messages> {
  const kept = new Map<Language, ReadyPromise<Messages>>();
  const start = (language: Language): ReadyPromise<Messages> => {
    const loader = loaders[language];
    if (typeof loader !== 'function') return markReady(Promise.resolve(loader), loader);
    const promise: ReadyPromise<Messages> = (loader as () => Promise<{ readonly messages: Messages }>)().then(
      ({ messages }) => {
        // biome-ignore lint/nursery/noFloatingPromises: it only notes the value on the promise that is given out
        markReady(promise, messages);
        return messages;
      },
      (error: unknown) => {
        // A failed fetch is tried again at the next use; whoever waits for this one is told.
        kept.delete(language);
        throw error;
      },
    );
    return promise;
  };
  return {
    load: (language) => {
      const promise = kept.get(language) ?? start(language);
      kept.set(language, promise);
      return promise;
    },
  };
}

function markReady<Value>(promise: ReadyPromise<Value>, value: Value): ReadyPromise<Value> {
  promise.status = 'fulfilled';
  promise.value = value;
  return promise;
}
