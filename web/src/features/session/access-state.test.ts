import { describe, expect, it } from 'vitest';
import { type AccessEvent, type AccessState, reduceAccess } from './access-state.ts';

const run = (...events: AccessEvent[]) => events.reduce<AccessState>(reduceAccess, { step: 'editing' });
const error = new Error('no');

describe('reduceAccess', () => {
  it('says at which step it works', () => {
    expect(run({ type: 'started' })).toEqual({ step: 'working', at: 'deriving' });
    expect(run({ type: 'started' }, { type: 'reached', at: 'saving' })).toEqual({ step: 'working', at: 'saving' });
  });

  it('ignores a second press while it works', () => {
    const working = run({ type: 'started' }, { type: 'reached', at: 'saving' });
    expect(reduceAccess(working, { type: 'started' })).toBe(working);
  });

  it('shows an error until something is changed', () => {
    const failed = run({ type: 'started' }, { type: 'refused', error });
    expect(failed).toEqual({ step: 'failed', error });
    expect(reduceAccess(failed, { type: 'edited' })).toEqual({ step: 'editing' });
    expect(reduceAccess(failed, { type: 'started' })).toMatchObject({ step: 'working' });
  });

  it('ignores late steps and errors', () => {
    const editing: AccessState = { step: 'editing' };
    expect(reduceAccess(editing, { type: 'reached', at: 'opening' })).toBe(editing);
    expect(reduceAccess(editing, { type: 'refused', error })).toBe(editing);
    expect(reduceAccess(editing, { type: 'edited' })).toBe(editing);
  });
});
