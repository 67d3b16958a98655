import { lazy, Suspense, useSyncExternalStore } from 'react';
import { factorPrompt } from './prompt.ts';

const FactorSheet = lazy(async () => ({ default: (await import('./factor-sheet.tsx')).FactorSheet }));

/** Shows the sheet that asks for a second factor, when something needs one. */
export function SecondFactorHost() {
  const request = useSyncExternalStore(factorPrompt.subscribe, factorPrompt.get);
  return request ? (
    <Suspense>
      <FactorSheet key={request.id} request={request} />
    </Suspense>
  ) : null;
}
