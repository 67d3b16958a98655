import { errorCodes } from '@feiqian/domain/errors';
import { codeOf } from './error-code.ts';

/**
 * The course of every change of money: fill in, look at exactly what will happen, approve, see what became of it.
 * A draft is frozen when the review begins; what is approved is that object and no other.
 */
export type FlowState<Draft, Result> =
  | { readonly step: 'editing' }
  | { readonly step: 'reviewing'; readonly draft: Draft }
  | { readonly step: 'submitting'; readonly draft: Draft }
  | { readonly step: 'failed'; readonly draft: Draft; readonly error: unknown; readonly effect: Effect }
  | { readonly step: 'done'; readonly draft: Draft; readonly result: Result };

/**
 * Whether a failed attempt moved money. `none`: surely not. `unknown`: no answer came, so it may have; trying again with
 * the same draft is safe, because it carries the same idempotency key.
 */
export type Effect = 'none' | 'unknown';

export type FlowEvent<Draft, Result> =
  | { readonly type: 'drafted'; readonly draft: Draft }
  | { readonly type: 'returned' }
  | { readonly type: 'approved' }
  | { readonly type: 'succeeded'; readonly result: Result }
  | { readonly type: 'refused'; readonly error: unknown };

/** Says what the screen shows next. Pure: signing and sending happen outside. A second approval changes nothing. */
export function reduceFlow<Draft, Result>(
  state: FlowState<Draft, Result>,
  event: FlowEvent<Draft, Result>,
): FlowState<Draft, Result> {
  switch (event.type) {
    case 'drafted':
      return state.step === 'editing' ? { step: 'reviewing', draft: event.draft } : state;
    case 'returned':
      // Going back after an attempt without an answer would begin a second, different one.
      if (state.step === 'reviewing' || state.step === 'done') return { step: 'editing' };
      return state.step === 'failed' && state.effect === 'none' ? { step: 'editing' } : state;
    case 'approved':
      return state.step === 'reviewing' || state.step === 'failed' ? { step: 'submitting', draft: state.draft } : state;
    case 'succeeded':
      return state.step === 'submitting' ? { step: 'done', draft: state.draft, result: event.result } : state;
    case 'refused':
      return state.step === 'submitting'
        ? { step: 'failed', draft: state.draft, error: event.error, effect: effectOf(event.error) }
        : state;
    default:
      return event satisfies never;
  }
}

/** A refusal moved nothing. No answer, or an answer cut off, leaves it open. */
export function effectOf(error: unknown): Effect {
  const code = codeOf(error);
  if (code === 'SERVICE_UNAVAILABLE' || code === 'INTERNAL' || code === 'IDEMPOTENCY_IN_FLIGHT') return 'unknown';
  const { kind } = errorCodes[code];
  return kind === 'unavailable' && code !== 'CHAIN_UNAVAILABLE' && code !== 'CHAIN_HALTED' ? 'unknown' : 'none';
}
