import { parseEmail } from '@feiqian/domain/identity';
import { findPasswordFault } from '../../keyring/password-rules.ts';

/** What is wrong with each field; empty when the form may be sent. */
export type RegisterProblems = {
  readonly email?: 'EMAIL_MALFORMED';
  readonly password?: ReturnType<typeof findPasswordFault>;
};

/** Reads the form before anything is sent. */
export function findRegisterProblems(email: string, password: string): RegisterProblems {
  const fault = findPasswordFault(password, [email]);
  try {
    parseEmail(email);
    return fault ? { password: fault } : {};
  } catch {
    return { email: 'EMAIL_MALFORMED', ...(fault ? { password: fault } : {}) };
  }
}
