import { beginTotpResponse, type TotpEnrolment } from '@feiqian/domain/api/second-factors';
import { sendJson } from '../http.ts';
import type { WalletDependencies } from './dependencies.ts';
import { sendPasswordProof } from './password-proof.ts';

/** What of second factors takes the password. */
export type SecondFactorService = {
  /** Begins to add an authenticator app. @throws {AppError} PASSWORD_WRONG, SECOND_FACTOR_EXISTS. */
  readonly beginTotp: (password: string) => Promise<TotpEnrolment>;
};

/** Builds it around the keyring of this tab. */
export function createSecondFactorService(deps: WalletDependencies): SecondFactorService {
  return {
    beginTotp: (password) =>
      sendPasswordProof(deps, password, (body) =>
        sendJson({ path: '/v1/me/second-factors/totp', body, schema: beginTotpResponse }),
      ),
  };
}
