import { useReducer, useRef } from 'react';
import type { OnStep } from '../../lib/wallet/dependencies.ts';
import type { WalletService } from '../../lib/wallet/service.ts';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import { type AccessState, reduceAccess } from './access-state.ts';

/** One way in, and how far it has come. */
export type Access = {
  readonly state: AccessState;
  /** Starts once; further calls while it works do nothing. */
  readonly start: (work: (service: WalletService, onStep: OnStep) => Promise<void>) => void;
  readonly edited: () => void;
};

/** Runs registering, logging in and unlocking. */
export function useAccess(onDone?: () => void): Access {
  const [state, dispatch] = useReducer(reduceAccess, { step: 'editing' });
  const startWallet = useStartWallet();
  const isWorking = useRef(false);
  return {
    state,
    // A form that has not failed stays as it is; drawing it anew for every letter would be for nothing.
    edited: () => state.step === 'failed' && dispatch({ type: 'edited' }),
    start: async (work) => {
      if (isWorking.current) return;
      isWorking.current = true;
      dispatch({ type: 'started' });
      try {
        const { service } = await startWallet();
        await work(service, (at) => dispatch({ type: 'reached', at }));
        onDone?.();
      } catch (error) {
        dispatch({ type: 'refused', error });
      } finally {
        isWorking.current = false;
      }
    },
  };
}
