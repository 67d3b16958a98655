import type { RegisterRoutes } from '../app.ts';
import type { StepUp } from '../http/step-up.ts';
import { createSwapCredentials } from '../identity/credentials.ts';
import { registerIdentityRoutes } from '../identity/routes.ts';
import { createIdentityService, createVerifyPassword } from '../identity/service.ts';
import type { SessionCookie } from '../identity/sessions.ts';
import { recipientContext } from '../mail/dispatcher.ts';
import { createTellOwner } from '../notices/security-mail.ts';
import { createIsLarge } from '../second-factors/large.ts';
import { registerSecondFactorRoutes } from '../second-factors/routes.ts';
import { createSecondFactorService } from '../second-factors/service.ts';
import { relyingPartyOf } from '../second-factors/webauthn.ts';
import { createVaultStore, type VaultStore } from '../vault/store.ts';
import type { CashNouns } from './cash-nouns.ts';
import type { Foundation } from './foundation.ts';

type Parts = {
  readonly vaultStore: VaultStore;
  readonly cookie: SessionCookie;
  readonly isStaff: CashNouns['isStaff'];
  /** Told which session ended, so that what it still has open ends too. */
  readonly onSessionEnded: (sessionId: string) => void;
};

/** Who people are, and that it is them. */
export type IdentityNouns = { readonly routes: readonly RegisterRoutes[]; readonly stepUp: StepUp };

export function composeIdentity(foundation: Foundation, parts: Parts): IdentityNouns {
  const { pool, config, decoyKey, clock, identityStore, sealer, assets, recoveryCodeKey } = foundation;
  const { vaultStore, cookie, isStaff, onSessionEnded } = parts;
  const secondFactors = createSecondFactorService({
    pool,
    sealer,
    codeKey: recoveryCodeKey,
    clock,
    relyingParty: relyingPartyOf(config.publicUrl),
    issuer: `Feiqian ${new URL(config.publicUrl).host}`,
    isLarge: createIsLarge(assets, config.STEP_UP_ABOVE),
    tellOwner: createTellOwner({
      isOn: config.mail !== undefined,
      sealRecipient: (email, mailId) => sealer.sealText(email, recipientContext(mailId)),
    }),
    verifyPassword: createVerifyPassword(identityStore),
    onSessionsEnded: (sessionIds) => sessionIds.forEach(onSessionEnded),
  });
  const identity = createIdentityService({
    store: identityStore,
    decoyKey,
    publicUrl: config.publicUrl,
    chainIds: config.chains.map(({ chainId }) => chainId),
    clock,
    isStaff,
    secondFactors,
    onAddressLinked: async (address) => void (await pool.query('SELECT history_refresh_address($1)', [address])),
    onLoggedOut: onSessionEnded,
    swapCredentials: createSwapCredentials({
      pool,
      appendVault: (connection, userId, vault) => createVaultStore(connection).append(userId, vault),
    }),
    findVault: vaultStore.findLatest,
  });
  return {
    stepUp: secondFactors,
    routes: [
      registerIdentityRoutes({ service: identity, cookie }),
      registerSecondFactorRoutes({ service: secondFactors }),
    ],
  };
}
