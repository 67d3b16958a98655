import { Suspense } from 'react';
import { defineCatalog } from '../i18n/catalog.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { ErrorState } from '../ui/states.tsx';
import { toFailure } from './failure-words.ts';

/** Sentences for all of them. They are fetched behind the first screen: without a network there would be none. */
export const failureMessages = defineCatalog({
  zh: () => import('./failures.zh.ts'),
  en: () => import('./failures.en.ts'),
});

/** What stood in the way, and what to do. */
export function Failure({ error }: { readonly error: unknown }) {
  return (
    <Suspense>
      <Sentences error={error} />
    </Suspense>
  );
}

function Sentences({ error }: { readonly error: unknown }) {
  const { title, advice } = useMessages(failureMessages)[toFailure(error)];
  return (
    <ErrorState title={title}>
      <p>{advice}</p>
    </ErrorState>
  );
}
