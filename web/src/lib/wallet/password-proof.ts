import { AppError, isAppError } from '@feiqian/domain/errors';
import { findSeenStrength } from '../../storage/kdf-memory.ts';
import { getAccount, type WalletDependencies } from './dependencies.ts';
import { getParameters } from './service-calls.ts';

/**
 * Asks the service for what takes the password once more, of somebody who is logged in.
 *
 * @throws {AppError} PASSWORD_WRONG, and what the service says.
 */
export async function sendPasswordProof<Answer>(
  { keyring, store }: WalletDependencies,
  password: string,
  send: (body: { readonly authSecret: string }) => Promise<Answer>,
): Promise<Answer> {
  const { email } = getAccount(store);
  const [kdf, seen] = await Promise.all([getParameters(email), findSeenStrength(email)]);
  const { authSecret } = await keyring.deriveCredentials({ password, kdf, ...(seen ? { seen } : {}) });
  try {
    return await send({ authSecret });
  } catch (error) {
    // Whose account it is stands on the screen: only the password was typed.
    if (isAppError(error) && error.code === 'CREDENTIALS_WRONG')
      throw new AppError('PASSWORD_WRONG', 'The password is wrong.', { cause: error });
    throw error;
  }
}
