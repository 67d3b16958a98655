import { errorCodes } from '@feiqian/domain/errors';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { codeOf } from './error-code.ts';

const retriesMax = 2;

/**
 * Holds what the service said. Reads repeat a few times when that can help; changes never repeat by themselves, because
 * the person decides about money.
 *
 * @param onSessionExpired - Called when any answer says that the session ended; the screen stays as it is.
 */
export function createQueryClient(onSessionExpired: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (codeOf(error) === 'SESSION_EXPIRED') onSessionExpired();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < retriesMax && errorCodes[codeOf(error)].retryable,
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
