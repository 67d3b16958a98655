import type { FactorKind, FactorProof } from '@feiqian/domain/api/second-factors';
import { AppError, isAppError } from '@feiqian/domain/errors';

/** What somebody is asked to show a second factor for. */
export type FactorRequest = {
  /** Another number for each. */
  readonly id: number;
  readonly purpose: 'login' | 'step-up';
  readonly factors: readonly FactorKind[];
  /** What the service has a passkey asked (`passkeyRequestOptions`), each time anew. */
  readonly askPasskey: () => Promise<unknown>;
  /** Shows it to the service. @throws {AppError} what the service says of it. */
  readonly show: (proof: FactorProof) => Promise<void>;
  readonly cancel: () => void;
};

type Asked<Answer> = Pick<FactorRequest, 'purpose' | 'factors' | 'askPasskey'> & {
  readonly show: (proof: FactorProof) => Promise<Answer>;
};

/** Asks for a second factor over whatever is open, one request at a time; those that come meanwhile, or before anything shows them, wait. */
export type FactorPrompt = {
  readonly get: () => FactorRequest | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * @returns what the service answered to the right one.
   * @throws {AppError} STEP_UP_REQUIRED when the person leaves it; what the service said when it is too late to show one.
   */
  readonly ask: <Answer>(asked: Asked<Answer>) => Promise<Answer>;
};

// After these no other code helps: whatever asked for one has to begin again.
const isOver = (error: unknown) =>
  isAppError(error) && (error.code === 'CHALLENGE_EXPIRED' || error.code === 'SESSION_EXPIRED');

const notShown = () => new AppError('STEP_UP_REQUIRED', 'No second factor was shown.');

export function createFactorPrompt(): FactorPrompt {
  let asked = 0;
  const waiting: FactorRequest[] = [];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    get: () => waiting[0],
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ask: <Answer>({ purpose, factors, askPasskey, show }: Asked<Answer>) =>
      new Promise<Answer>((resolve, reject) => {
        const end = () => {
          waiting.splice(waiting.indexOf(request), 1);
          tell();
        };
        asked += 1;
        const request: FactorRequest = {
          id: asked,
          purpose,
          factors,
          askPasskey,
          show: async (proof) => {
            try {
              const answer = await show(proof);
              end();
              resolve(answer);
            } catch (error) {
              if (!isOver(error)) throw error;
              end();
              reject(error);
            }
          },
          cancel: () => {
            end();
            reject(notShown());
          },
        };
        waiting.push(request);
        tell();
      }),
  };
}

/** The one of this tab. */
export const factorPrompt = createFactorPrompt();
