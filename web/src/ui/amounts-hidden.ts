import { createContext, use } from 'react';

/**
 * Whether amounts are covered. The person's choice holds for every screen; a sheet in which money is approved uncovers
 * them, because nobody may sign what they cannot see.
 */
export const AmountsHidden = createContext(false);

/** Whether amounts are covered here. */
export function useAmountsHidden(): boolean {
  return use(AmountsHidden);
}
