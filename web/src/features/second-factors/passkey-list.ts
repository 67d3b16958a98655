import type { LoginPasskey } from '@feiqian/domain/api/second-factors';
import type { Passkey } from '../../keyring/passkey-slot.ts';

/** A passkey, and what it does: it logs in, opens the wallet, or both. */
export type SomePasskey = {
  readonly credentialId: string;
  readonly name: string;
  /** Absent where the service does not know it. */
  readonly login: LoginPasskey | undefined;
  readonly unlocks: boolean;
};

/** Joins those that the service knows with those that the wallet on this device knows. */
export function joinPasskeys(logins: readonly LoginPasskey[], unlocking: readonly Passkey[]): readonly SomePasskey[] {
  const opening = new Set(unlocking.map(({ credentialId }) => credentialId));
  const known = new Set(logins.map(({ credentialId }) => credentialId));
  return [
    ...logins.map((login) => ({
      credentialId: login.credentialId,
      name: login.name,
      login,
      unlocks: opening.has(login.credentialId),
    })),
    ...unlocking
      .filter(({ credentialId }) => !known.has(credentialId))
      .map(({ credentialId, name }) => ({ credentialId, name, login: undefined, unlocks: true })),
  ];
}
