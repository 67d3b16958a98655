import type { messages as zh } from './failures.zh.ts';

export const messages: typeof zh = {
  ACCOUNT_FROZEN: {
    title: 'The token’s issuer has frozen this address',
    advice: 'Nothing was paid. Pay another way, and ask the issuer about the freeze.',
  },
  AUTHORIZATION_EXPIRED: { title: 'The signature has expired', advice: 'Nothing was paid. Sign again.' },
  CHAIN_HALTED: { title: 'This chain is paused', advice: 'Tokens can’t be used right now. Pay another way.' },
  CHAIN_UNAVAILABLE: {
    title: 'The blockchain can’t be reached',
    advice: 'Nothing was paid. Try again in a moment, or pay another way.',
  },
  EMAIL_MALFORMED: { title: 'That is not an e-mail address', advice: 'Write it like name@example.com.' },
  GATEWAY_REFUSED: { title: 'The payment provider declined', advice: 'Nothing was paid. Pay another way.' },
  GATEWAY_UNAVAILABLE: {
    title: 'The payment provider can’t be reached',
    advice: 'Nothing was paid. Try again in a moment, or pay another way.',
  },
  INSUFFICIENT_FUNDS: { title: 'Not enough balance', advice: 'Nothing was paid. Top up first, or pay another way.' },
  PAYMENT_REQUEST_CLOSED: {
    title: 'This can no longer be paid',
    advice: 'Nothing was paid just now. Somebody else may have paid it, or it has expired.',
  },
  RATE_LIMITED: { title: 'Too many attempts', advice: 'Wait a minute and try again.' },
  RECIPIENT_IS_SELF: {
    title: 'This is your own payment link',
    advice: 'You can’t pay yourself. Use another account or address.',
  },
  SERVICE_UNAVAILABLE: {
    title: 'No answer yet',
    advice: 'It may or may not have been paid. You can press again: it is paid only once.',
  },
  SESSION_EXPIRED: { title: 'You were logged out', advice: 'Nothing was paid. Log in and pay again.' },
  SIGNATURE_INVALID: {
    title: 'The signature does not match the address',
    advice: 'Nothing was paid. Smart contract wallets can’t pay this way; use another wallet.',
  },
  REJECTED: { title: 'You declined in the wallet', advice: 'Nothing was paid.' },
  PENDING: { title: 'The wallet has a request waiting for you', advice: 'Open the wallet and answer it first.' },
  CANNOT_SIGN: {
    title: 'This wallet can’t sign this kind of payment',
    advice: 'Nothing was paid. Use another wallet, or pay another way.',
  },
  DISCONNECTED: { title: 'The wallet is not connected', advice: 'Check its network and try again.' },
  OTHER_CHAIN: { title: 'The wallet is still on another network', advice: 'Switch it there and try again.' },
  NO_ACCOUNT: { title: 'The wallet shared no account', advice: 'Choose one in the wallet and try again.' },
  OTHER_SIGNATURE: {
    title: 'This wallet’s signature can’t be used',
    advice: 'Nothing was paid. Smart contract wallets can’t pay this way; use another wallet.',
  },
  FAILED: { title: 'The wallet did not complete it', advice: 'Nothing was paid. Try again, or pay another way.' },
  OTHER: { title: 'Something went wrong', advice: 'Try again. If it keeps happening, pay another way.' },
};
