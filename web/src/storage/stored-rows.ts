/** One version of an encrypted vault. */
export type VaultVersion = { readonly vaultId: string; readonly version: number; readonly vault: string };

/** What this device keeps of a user's vault. */
export type KeptVault = VaultVersion & {
  /** The version that the service is known to have had; 0 for none. */
  readonly syncedVersion: number;
  /** Earlier versions, newest first. */
  readonly earlier: readonly VaultVersion[];
};

/** The newest version that the service is known to have had. It outlives the vault itself on this device. */
export type SeenVault = { readonly vaultId: string; readonly version: number };

/** One version of an encrypted address book. */
export type BookVersion = { readonly version: number; readonly book: string };

/** What this device keeps of a wallet's address book. */
export type KeptBook = BookVersion & {
  /** Whether the service has this version. */
  readonly isSynced: boolean;
};

/** Something that is being sent: enough to send the very same again, and never something else. */
export type SendIntent = {
  /** The idempotency key of the sending. */
  readonly id: string;
  readonly userId: string;
  /** Where the body goes. */
  readonly path: string;
  /** JSON, signature included. */
  readonly body: string;
  readonly createdAt: string;
};
