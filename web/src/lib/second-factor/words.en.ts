import type { messages as zh } from './words.zh.ts';

export const messages: typeof zh = {
  title: 'Two-step verification',
  lead: {
    login: 'The password is right. Now enter the 6-digit code from your authenticator app.',
    'step-up': 'To keep you safe, enter the 6-digit code from your authenticator app.',
  },
  passkeyLead: {
    login: 'The password is right. Now use your passkey.',
    'step-up': 'To keep you safe, use your passkey.',
  },
  usePasskey: 'Use the passkey',
  followBrowser: 'Follow the browser',
  code: 'Code',
  codeHint: 'Open the authenticator app on your phone and look for “Feiqian”. The code changes every 30 seconds.',
  enterCode: 'Enter the 6-digit code',
  recoveryLead: 'Enter a recovery code that you have not used yet. Each works once.',
  recoveryCode: 'Recovery code',
  recoveryHint: 'You saved them when you turned on two-step verification: 16 characters, capitals or not.',
  enterRecoveryCode: 'Enter a recovery code',
  use: {
    passkey: 'Use a passkey',
    totp: 'Use a code from the app',
    recovery_code: 'No device at hand? Use a recovery code',
  },
  submit: 'Verify',
  submitting: 'Verifying',
  lockedUntil: (moment) => `You can try again after ${moment}.`,
  never: 'Enter codes only here and tell them to nobody; support never asks for them.',
};
