import { type ErrorCode, errorCodes } from '@feiqian/domain/errors';
import { codeOf } from './error-code.ts';

/**
 * The course of every change of money: fill in, look at exactly what will happen, approve, see what became of it.
 * A draft is frozen when the review begins; what is approved is that object and no other.
 */
export type FlowState<Draft, Result> =
  | { readonly step: 'editing' }
  | { readonly step: 'reviewing'; readonly draft: Draft }
  | {
      readonly step: 'submitting';
      readonly draft: Draft;
      /** Whether an attempt before this one had no answer: it may have done it. */
      readonly mayBeDone?: true;
    }
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
      if (state.step === 'failed' && state.effect === 'unknown')
        return { step: 'submitting', draft: state.draft, mayBeDone: true };
      return state.step === 'reviewing' || state.step === 'failed' ? { step: 'submitting', draft: state.draft } : state;
    case 'succeeded':
      return state.step === 'submitting' ? { step: 'done', draft: state.draft, result: event.result } : state;
    case 'refused':
      return state.step === 'submitting'
        ? {
            step: 'failed',
            draft: state.draft,
            error: event.error,
            effect: state.mayBeDone && !isJudgement(event.error) ? 'unknown' : effectOf(event.error),
          }
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
  return kind === 'unavailable' && !harmless.includes(code) ? 'unknown' : 'none';
}

/** What is not there before anything leaves, or is asked before anything is done. */
const harmless: readonly ErrorCode[] = [
  'CHAIN_UNAVAILABLE',
  'CHAIN_HALTED',
  'STORAGE_UNAVAILABLE',
  'RANDOM_UNAVAILABLE',
];

/** What the service says of one attempt and keeps under no key: before it looks whether it did this already, or while an earlier one is under way. */
const atTheDoor: readonly ErrorCode[] = [
  'CSRF_REJECTED',
  'STEP_UP_REQUIRED',
  'COOLING_OFF',
  'MOVEMENT_BLOCKED',
  'MOVEMENT_NOT_PASSED',
];

/**
 * Whether a refusal is about the change itself, and so says of every attempt under its key that it moved nothing. One that
 * comes before the service looks (no session, no second factor, too many requests) or before anything leaves says so of its own attempt only.
 */
export function isJudgement(error: unknown): boolean {
  const code = codeOf(error);
  const { kind } = errorCodes[code];
  const isBefore = kind === 'unauthorized' || kind === 'rate_limited' || atTheDoor.includes(code);
  return effectOf(error) === 'none' && !isBefore && code !== 'STORAGE_UNAVAILABLE';
}
