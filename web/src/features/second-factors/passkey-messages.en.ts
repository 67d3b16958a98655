import type { messages as zh } from './passkey-messages.zh.ts';

export const messages: typeof zh = {
  title: 'Passkeys',
  lead: 'With a passkey, your fingerprint, face or security key logs you in, and where the device can, the same touch opens the wallet without the password.',
  effect:
    'From then on knowing your password is not enough for anybody: on a new device it also takes a passkey, an authenticator or a recovery code. Keep your password too; opening the wallet may still need it.',
  none: 'No passkeys yet',
  impossible: 'This browser has no passkeys. Your password works, just as safely.',
  unnamed: (position) => `Passkey ${position}`,
  added: (when) => `Added ${when}`,
  lastUsed: (when) => `Last used ${when}`,
  synced: 'On your other devices too',
  onlyHere: 'On one device only',
  loginOnly: 'Logs in only; the password opens the wallet',
  unlockOnly: 'Opens the wallet only; does not log in',
  name: 'Name',
  nameHint: 'For example “Office computer”.',
  password: 'Your password again',
  add: 'Add a passkey',
  adding: 'Follow the browser',
  doneBoth: 'Passkey added; it logs in and opens the wallet',
  doneLogin: 'Passkey added; it logs in, and the password still opens the wallet',
  remove: 'Remove',
  removeTitle: (name) => `Remove “${name}”`,
  removeBody:
    'It will neither log in nor open the wallet. Other devices are logged out, and nothing large goes out for 24 hours.',
  removeLast:
    'This is your last way of two-step verification: without it the password alone logs in, and the recovery codes stop working.',
  removeUnlock: 'It will no longer open the wallet. The password still does.',
  removing: 'Removing',
  removed: 'Passkey removed',
  unchanged: 'Nothing was changed.',
};
