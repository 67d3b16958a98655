import { screen } from './screens.ts';

/** What is behind the gate, fetched when a wallet opens. */
export const Inside = screen(async () => (await import('./inside.tsx')).Inside);
/** A payment link for somebody who is not in. */
export const PayOutside = screen(async () => (await import('./inside.tsx')).PayOutside);
