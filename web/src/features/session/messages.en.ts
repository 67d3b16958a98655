import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  register: 'Register',
  logIn: 'Log in',
  noAccount: 'No account yet?',
  email: 'E-mail',
  password: 'Password',
  loginTitle: 'Log in',
  loginLead: 'On a new device, too, your e-mail and password bring back your wallet.',
  loginNote: 'Logging in never needs the recovery phrase. Whoever asks for it is a thief.',
  unlockTitle: 'Unlock',
  unlockLead: 'The wallet is locked. Your password opens it again.',
  unlock: 'Unlock',
  otherAccount: 'Use another account',
  reauthTitle: 'You were logged out',
  reauthLead: 'Enter your password to continue. What you filled in is still here.',
  continue: 'Continue',
  completeTitle: 'One more step',
  completeLead: 'The account exists, but its wallet was not saved. Enter your password to create the wallet now.',
  complete: 'Create the wallet',
  steps: {
    deriving: 'Making keys from the password',
    registering: 'Registering',
    saving: 'Saving the encrypted wallet',
    linking: 'Linking your address',
    opening: 'Opening the wallet',
  },
};
