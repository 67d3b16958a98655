import { passwordFaults } from '../../lib/password-faults.en.ts';
import type { messages as zh } from './newcomer.zh.ts';

/** Words for somebody who is new here. */
export const messages: typeof zh = {
  welcomeTitle: 'Feiqian',
  tagline: 'Cash and tokens in one book.',
  yours: 'Tokens',
  yoursBody: 'Held by you. The keys are only in your browser; nobody else can move them, and neither can we.',
  operators: 'Cash',
  operatorsBody: 'Held by the operator. Top up, send and withdraw to your bank at any time.',
  one: 'One history',
  oneBody: 'Bank, provider, ledger, chain: at each step you see who has the money.',
  haveAccount: 'Have an account?',
  haveWallet: 'Have a wallet elsewhere?',
  restore: 'Restore a wallet',
  openFile: 'Open a backup file',
  registerTitle: 'Register',
  registerLead:
    'One password, two keys: one logs you in, one locks your wallet. The password never leaves this browser.',
  passwordHint: 'At least 12 characters, for example four unrelated words.',
  passwordWarning: 'If you forget it, cash can be recovered. Tokens come back only with the recovery phrase.',
  passwordFaults,
  create: 'Register and create a wallet',
};
