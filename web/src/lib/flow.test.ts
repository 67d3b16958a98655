import { AppError } from '@feiqian/domain/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlowEvent, type FlowState, reduceFlow } from './flow.ts';

type State = FlowState<{ id: number }, string>;
type Event = FlowEvent<{ id: number }, string>;

const draft = { id: 1 };
const lost = new AppError('SERVICE_UNAVAILABLE', 'no answer');
const poor = new AppError('INSUFFICIENT_FUNDS', 'not enough');

function run(...events: Event[]): State {
  return events.reduce<State>(reduceFlow, { step: 'editing' });
}

describe('reduceFlow', () => {
  it('goes from filling in to done', () => {
    expect(run({ type: 'drafted', draft })).toEqual({ step: 'reviewing', draft });
    expect(run({ type: 'drafted', draft }, { type: 'approved' }, { type: 'succeeded', result: 'ok' })).toEqual({
      step: 'done',
      draft,
      result: 'ok',
    });
  });

  it('ignores a second approval, so that a double click sends once', () => {
    const submitting = run({ type: 'drafted', draft }, { type: 'approved' });
    expect(reduceFlow(submitting, { type: 'approved' })).toBe(submitting);
  });

  it('says that nothing moved after a refusal, and lets one go back', () => {
    const failed = run({ type: 'drafted', draft }, { type: 'approved' }, { type: 'refused', error: poor });
    expect(failed).toMatchObject({ step: 'failed', effect: 'none' });
    expect(reduceFlow(failed, { type: 'returned' })).toEqual({ step: 'editing' });
  });

  it('begins anew when what is done was seen', () => {
    const done = run({ type: 'drafted', draft }, { type: 'approved' }, { type: 'succeeded', result: 'ok' });
    expect(reduceFlow(done, { type: 'returned' })).toEqual({ step: 'editing' });
  });

  it('keeps the draft after an attempt without an answer: only the same one may be tried again', () => {
    const failed = run({ type: 'drafted', draft }, { type: 'approved' }, { type: 'refused', error: lost });
    expect(failed).toMatchObject({ step: 'failed', effect: 'unknown' });
    expect(reduceFlow(failed, { type: 'returned' })).toBe(failed);
    expect(reduceFlow(failed, { type: 'approved' })).toEqual({ step: 'submitting', draft, mayBeDone: true });
  });

  it('does not say that nothing moved when only a later attempt was refused at the door', () => {
    const again = run(
      { type: 'drafted', draft },
      { type: 'approved' },
      { type: 'refused', error: lost },
      { type: 'approved' },
    );
    for (const code of [
      'SESSION_EXPIRED',
      'STEP_UP_REQUIRED',
      'COOLING_OFF',
      'MOVEMENT_BLOCKED',
      'MOVEMENT_NOT_PASSED',
      'RATE_LIMITED',
      'STORAGE_UNAVAILABLE',
      'SERVICE_UNAVAILABLE',
    ] as const) {
      const failed = reduceFlow(again, { type: 'refused', error: new AppError(code, 'at the door') });
      expect(failed).toMatchObject({ step: 'failed', effect: 'unknown' });
    }
    expect(reduceFlow(again, { type: 'refused', error: poor })).toMatchObject({ step: 'failed', effect: 'none' });
  });

  it('knows that nothing leaves a browser that writes nothing down', () => {
    const full = new AppError('STORAGE_UNAVAILABLE', 'full');
    const failed = run({ type: 'drafted', draft }, { type: 'approved' }, { type: 'refused', error: full });
    expect(failed).toMatchObject({ step: 'failed', effect: 'none' });
  });

  it('keeps the draft when the session ended, so that one can log in and go on', () => {
    const expired = new AppError('SESSION_EXPIRED', 'over');
    const failed = run({ type: 'drafted', draft }, { type: 'approved' }, { type: 'refused', error: expired });
    expect(failed).toMatchObject({ step: 'failed', draft, effect: 'none' });
    expect(reduceFlow(failed, { type: 'approved' })).toEqual({ step: 'submitting', draft });
  });

  it('sends only what was reviewed, whatever order events come in', () => {
    const event: fc.Arbitrary<Event> = fc.oneof(
      fc.record({ type: fc.constant('drafted' as const), draft: fc.record({ id: fc.integer() }) }),
      fc.constant({ type: 'returned' } as const),
      fc.constant({ type: 'approved' } as const),
      fc.constant({ type: 'succeeded', result: 'ok' } as const),
      fc.record({ type: fc.constant('refused' as const), error: fc.constantFrom<unknown>(lost, poor) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let state: State = { step: 'editing' };
        let reviewed: { id: number } | undefined;
        for (const next of events) {
          state = reduceFlow(state, next);
          if (state.step === 'reviewing') reviewed = state.draft;
          if (state.step === 'submitting' || state.step === 'done') expect(state.draft).toBe(reviewed);
        }
      }),
    );
  });
});
