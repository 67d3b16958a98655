import type { messages as zh } from './failures.zh.ts';

export const messages: typeof zh = {
  ACCOUNT_FROZEN: {
    title: 'The token’s issuer has frozen this address',
    advice: 'Nothing was paid. Pay another way, and ask the issuer about the freeze.',
  },
  AUTHORIZATION_EXPIRED: { title: 'The signature has expired', advice: 'Nothing was paid. Sign once more.' },
  CHAIN_HALTED: { title: 'This chain is halted', advice: 'No tokens can be paid just now. Pay another way.' },
  CHAIN_UNAVAILABLE: {
    title: 'The blockchain can’t be reached',
    advice: 'Nothing was paid. Try again in a moment, or pay another way.',
  },
  EMAIL_MALFORMED: { title: 'That is not an e-mail address', advice: 'Write it like name@example.com.' },
  GATEWAY_REFUSED: { title: 'The payment provider refused', advice: 'Nothing was paid. Pay another way.' },
  GATEWAY_UNAVAILABLE: {
    title: 'The payment provider can’t be reached',
    advice: 'Nothing was paid. Try again in a moment, or pay another way.',
  },
  INSUFFICIENT_FUNDS: { title: 'Not enough balance', advice: 'Nothing was paid. Top up first, or pay another way.' },
  PAYMENT_REQUEST_CLOSED: {
    title: 'This can’t be paid any more',
    advice: 'Nothing was paid just now. Somebody else paid it, or its time is over.',
  },
  RATE_LIMITED: { title: 'Too many attempts', advice: 'Wait a minute and try again.' },
  RECIPIENT_IS_SELF: { title: 'You ask for this yourself', advice: 'Pay from another account or address.' },
  SERVICE_UNAVAILABLE: {
    title: 'There was no answer',
    advice: 'It may have been paid or not. Press again: it is paid once at most.',
  },
  SESSION_EXPIRED: { title: 'You were logged out', advice: 'Nothing was paid. Log in and pay again.' },
  SIGNATURE_INVALID: {
    title: 'The signature is not of this address',
    advice: 'Nothing was paid. Wallets that are contracts can’t pay this way; use another one.',
  },
  REJECTED: { title: 'You said no in the wallet', advice: 'Nothing was paid.' },
  PENDING: { title: 'The wallet waits for an answer already', advice: 'Open it and answer that first.' },
  CANNOT_SIGN: {
    title: 'This wallet can’t sign such a payment',
    advice: 'Nothing was paid. Use another wallet or another way.',
  },
  DISCONNECTED: { title: 'The wallet is not connected', advice: 'Check its network and try again.' },
  OTHER_CHAIN: { title: 'The wallet is still on another network', advice: 'Switch it there and try again.' },
  NO_ACCOUNT: { title: 'The wallet gave no account', advice: 'Choose one in the wallet and try again.' },
  OTHER_SIGNATURE: {
    title: 'This wallet’s signature can’t be used',
    advice: 'Nothing was paid. Wallets that are contracts can’t pay this way; use another one.',
  },
  FAILED: { title: 'The wallet did not do it', advice: 'Nothing was paid. Try again, or pay another way.' },
  OTHER: { title: 'Something went wrong', advice: 'Try again, and if it stays so pay another way.' },
};
