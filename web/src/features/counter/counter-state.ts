import { useRef, useState } from 'react';
import { openTabStorage } from '../../storage/tab-storage.ts';
import type { Basket } from './basket.ts';

/** The payment that the counter waits for, or has just seen the end of. */
export type Charge = {
  /** Of the payment request. */
  readonly id: string;
  /** When this device had the code, in epoch milliseconds: whether its clock is right does not matter to what is left. */
  readonly startedAt: number;
  /** Whether it was said aloud that the money is there. */
  readonly isAnnounced: boolean;
};

/** What the counter is at. */
export type CounterState = {
  readonly mode: 'amount' | 'items';
  /** What the pad shows. */
  readonly text: string;
  readonly basket: Basket;
  readonly charge: Charge | undefined;
};

export const emptyCounter: CounterState = { mode: 'amount', text: '', basket: {}, charge: undefined };

/** Reads what a tab kept. Whatever is damaged is as if it had not been typed. */
export function parseCounter(text: string | null): CounterState {
  let kept: Record<string, unknown>;
  try {
    kept = Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    return emptyCounter;
  }
  const { id, startedAt, isAnnounced } = Object(kept.charge) as Record<string, unknown>;
  return {
    mode: kept.mode === 'items' ? 'items' : 'amount',
    text: typeof kept.text === 'string' && /^[0-9]{0,8}(?:\.[0-9]{0,3})?$/.test(kept.text) ? kept.text : '',
    basket: Object.fromEntries(
      Object.entries(Object(kept.basket) as Record<string, unknown>).filter(
        (entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && Number(entry[1]) > 0,
      ),
    ),
    charge:
      typeof id === 'string' && typeof startedAt === 'number'
        ? { id, startedAt, isAnnounced: isAnnounced === true }
        : undefined,
  };
}

/** What the counter is at, kept with the tab: a reload in the middle of a payment shows the same payment again. */
export function useCounter(userId: string): [CounterState, (part: Partial<CounterState>) => void] {
  const key = `feiqian.counter.${userId}`;
  const [storage] = useState(openTabStorage);
  const [state, setState] = useState(() => parseCounter(storage.getItem(key)));
  const latest = useRef(state);
  const change = (part: Partial<CounterState>) => {
    latest.current = { ...latest.current, ...part };
    // At once, not after the next painting: a reload may come before that.
    storage.setItem(key, JSON.stringify(latest.current));
    setState(latest.current);
  };
  return [state, change];
}
