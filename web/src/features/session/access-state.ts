import type { WalletStep } from '../../lib/wallet/dependencies.ts';

/** The course of registering, logging in or unlocking. */
export type AccessState =
  | { readonly step: 'editing' }
  | { readonly step: 'working'; readonly at: WalletStep }
  | { readonly step: 'failed'; readonly error: unknown };

export type AccessEvent =
  | { readonly type: 'started' }
  | { readonly type: 'reached'; readonly at: WalletStep }
  | { readonly type: 'refused'; readonly error: unknown }
  | { readonly type: 'edited' };

/** Says what the form shows next. A second press while it works changes nothing. */
export function reduceAccess(state: AccessState, event: AccessEvent): AccessState {
  switch (event.type) {
    case 'started':
      return state.step === 'working' ? state : { step: 'working', at: 'deriving' };
    case 'reached':
      return state.step === 'working' ? { step: 'working', at: event.at } : state;
    case 'refused':
      return state.step === 'working' ? { step: 'failed', error: event.error } : state;
    case 'edited':
      return state.step === 'failed' ? { step: 'editing' } : state;
    default:
      return event satisfies never;
  }
}
