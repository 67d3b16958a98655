import { useSyncExternalStore } from 'react';
import { FactorSheet } from './factor-sheet.tsx';
import { factorPrompt } from './prompt.ts';

/** Shows the sheet that asks for a second factor, when something needs one. */
export function SecondFactorHost() {
  const request = useSyncExternalStore(factorPrompt.subscribe, factorPrompt.get);
  return request ? <FactorSheet key={request.id} request={request} /> : null;
}
