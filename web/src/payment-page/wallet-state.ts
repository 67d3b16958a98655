import type { ConnectedWallet, Holding } from './wallet-payment.ts';

/**
 * The course of paying from a wallet: it lets us see an account, is on the right chain, has enough, and signs. One step at a time; what
 * went wrong is shown at the step where it did.
 */
export type WalletState =
  | { readonly step: 'connecting' }
  | { readonly step: 'refused'; readonly error: unknown }
  | {
      readonly step: 'connected';
      readonly wallet: ConnectedWallet;
      readonly isOnChain: boolean;
      readonly holding: Holding;
      readonly doing: 'nothing' | 'switching' | 'signing';
      readonly error: unknown;
    };

export type WalletEvent =
  | { readonly type: 'asked' }
  | {
      readonly type: 'connected';
      readonly wallet: ConnectedWallet;
      readonly isOnChain: boolean;
      readonly holding: Holding;
    }
  | { readonly type: 'began'; readonly doing: 'switching' | 'signing' }
  | { readonly type: 'switched' }
  | { readonly type: 'signed' }
  | { readonly type: 'failed'; readonly error: unknown };

/** Says what is shown next. Pure: the wallet is asked outside. */
export function reduceWallet(state: WalletState, event: WalletEvent): WalletState {
  if (event.type === 'asked') return { step: 'connecting' };
  if (event.type === 'connected') {
    const { wallet, isOnChain, holding } = event;
    return { step: 'connected', wallet, isOnChain, holding, doing: 'nothing', error: undefined };
  }
  if (state.step !== 'connected') return event.type === 'failed' ? { step: 'refused', error: event.error } : state;
  switch (event.type) {
    case 'began':
      return { ...state, doing: event.doing, error: undefined };
    case 'switched':
      return { ...state, isOnChain: true, doing: 'nothing' };
    case 'signed':
      return { ...state, doing: 'nothing' };
    case 'failed':
      return { ...state, doing: 'nothing', error: event.error };
    default:
      return event satisfies never;
  }
}
