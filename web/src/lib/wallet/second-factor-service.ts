import { beginTotpResponse, type TotpEnrolment } from '@feiqian/domain/api/second-factors';
import { AppError, isAppError } from '@feiqian/domain/errors';
import { findSeenStrength } from '../../storage/kdf-memory.ts';
import { sendJson } from '../http.ts';
import { getAccount, type WalletDependencies } from './dependencies.ts';
import { getParameters } from './service-calls.ts';

/** What of second factors takes the password. */
export type SecondFactorService = {
  /** Begins to add an authenticator app. @throws {AppError} PASSWORD_WRONG, SECOND_FACTOR_EXISTS. */
  readonly beginTotp: (password: string) => Promise<TotpEnrolment>;
};

/** Builds it around the keyring of this tab. */
export function createSecondFactorService({ keyring, store }: WalletDependencies): SecondFactorService {
  return {
    beginTotp: async (password) => {
      const { email } = getAccount(store);
      const [kdf, seen] = await Promise.all([getParameters(email), findSeenStrength(email)]);
      const body = await keyring.deriveCredentials({ password, kdf, ...(seen ? { seen } : {}) });
      try {
        return await sendJson({ path: '/v1/me/second-factors/totp', body, schema: beginTotpResponse });
      } catch (error) {
        // Whose account it is stands on the screen: only the password was typed.
        if (isAppError(error) && error.code === 'CREDENTIALS_WRONG')
          throw new AppError('PASSWORD_WRONG', 'The password is wrong.', { cause: error });
        throw error;
      }
    },
  };
}
