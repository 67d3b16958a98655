import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useReducer, useRef } from 'react';
import { type FlowState, reduceFlow } from './flow.ts';

/** A flow and what a screen may do with it. */
export type Flow<Draft, Result> = {
  readonly state: FlowState<Draft, Result>;
  /** Begins the review of a finished draft. */
  readonly review: (draft: Draft) => void;
  readonly goBack: () => void;
  /** Carries out the reviewed draft; also tries again after a failure. */
  readonly approve: () => void;
  /** Carries out a draft whose review stood in the form itself. */
  readonly send: (draft: Draft) => void;
};

/**
 * Runs a flow.
 *
 * @param submit - Signs and sends one draft. Called again with the same draft when the person tries again.
 * @param onDone - After the answer; what was read before is read again in any case.
 */
export function useFlow<Draft, Result>(
  submit: (draft: Draft) => Promise<Result>,
  onDone?: (result: Result) => void,
): Flow<Draft, Result> {
  const [state, dispatch] = useReducer(reduceFlow<Draft, Result>, { step: 'editing' });
  const client = useQueryClient();
  // A mutation, so that an ended session is noticed at one place for all of them.
  const { mutateAsync } = useMutation({ mutationFn: submit });
  // Two presses can come before the screen is drawn again; the state they see is then the same.
  const isSubmitting = useRef(false);
  const carryOut = async (draft: Draft) => {
    if (isSubmitting.current) return;
    isSubmitting.current = true;
    dispatch({ type: 'drafted', draft });
    dispatch({ type: 'approved' });
    try {
      const result = await mutateAsync(draft);
      dispatch({ type: 'succeeded', result });
      onDone?.(result);
      void client.invalidateQueries({ queryKey: ['balances'] });
      void client.invalidateQueries({ queryKey: ['history'] });
    } catch (error) {
      dispatch({ type: 'refused', error });
    } finally {
      isSubmitting.current = false;
    }
  };
  return {
    state,
    review: (draft) => dispatch({ type: 'drafted', draft }),
    goBack: () => dispatch({ type: 'returned' }),
    approve: () => {
      if (state.step === 'reviewing' || state.step === 'failed') void carryOut(state.draft);
    },
    send: (draft) => {
      if (state.step === 'editing') void carryOut(draft);
    },
  };
}
