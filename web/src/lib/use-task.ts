import { useState } from 'react';

type TaskState = { readonly isPending: boolean; readonly error: unknown };

/** One piece of work at a time. */
export type Task = TaskState & { readonly run: (work: () => Promise<void>) => void };

/**
 * Runs work whose input or result must not be kept anywhere, such as a password or the recovery phrase: unlike a
 * mutation it remembers only whether it failed. A second call while it runs does nothing.
 */
export function useTask(): Task {
  const [state, setState] = useState<TaskState>({ isPending: false, error: undefined });
  const run = async (work: () => Promise<void>): Promise<void> => {
    if (state.isPending) return;
    setState({ isPending: true, error: undefined });
    try {
      await work();
      setState({ isPending: false, error: undefined });
    } catch (error) {
      setState({ isPending: false, error });
    }
  };
  return { ...state, run: (work) => void run(work) };
}
