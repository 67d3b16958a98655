import type { ErrorCode } from '@feiqian/domain/errors';
import type { ErrorWords } from './error-text.zh.ts';

const again = 'Try again in a moment.';
const support =
  'This is our fault. Tell support, with the number below if there is one, and never tell anyone your recovery phrase.';

export const messages: Record<ErrorCode, ErrorWords> = {
  AMOUNT_MALFORMED: { title: 'That is not an amount', advice: 'Use digits with at most one point, such as 12.5.' },
  AMOUNT_NOT_POSITIVE: { title: 'The amount must be more than zero', advice: 'Enter how much to move.' },
  AMOUNT_TOO_LARGE: { title: 'The amount is too large', advice: 'Enter less, or do it in several parts.' },
  AMOUNT_TOO_PRECISE: {
    title: 'Too many decimals',
    advice: 'Use fewer decimals; we never round for you.',
  },
  AMOUNT_TOO_SMALL: { title: 'The amount is too small', advice: 'Enter more.' },
  ASSET_MISMATCH: { title: 'The assets do not match', advice: support },
  ASSET_UNKNOWN: { title: 'Unknown asset', advice: 'This operator does not have that money or token. Choose another.' },
  INSUFFICIENT_FUNDS: { title: 'Not enough balance', advice: 'Enter less, or top up first.' },
  ACCOUNT_FROZEN: {
    title: 'The token’s issuer has frozen this address',
    advice: 'Nothing moved. Pay or refund another way, and ask the issuer about the freeze.',
  },
  ADDRESS_CHECKSUM_WRONG: {
    title: 'There is a mistake in the address',
    advice: 'A character may be wrong, or small and capital letters mixed up. Copy the whole address again.',
  },
  ADDRESS_IS_TOKEN: {
    title: 'That is the address of a token contract',
    advice: 'Tokens sent there are lost to everybody. Enter the address of the person you pay.',
  },
  ADDRESS_LINKED_ELSEWHERE: {
    title: 'This address belongs to another account',
    advice: 'Log in to that account, or use another address.',
  },
  ADDRESS_MALFORMED: {
    title: 'That is not an address',
    advice: 'An address is 0x and 40 digits or letters a–f. Copy all of it.',
  },
  ADDRESS_NOT_LINKED: {
    title: 'This address is not linked to your account yet',
    advice: 'Log out and in again; the wallet links it by itself.',
  },
  AUTHORIZATION_EXPIRED: { title: 'The signature has expired', advice: 'Review and sign once more.' },
  AUTHORIZATION_INVALID: { title: 'The signature does not match', advice: 'Go back and review once more.' },
  CHAIN_HALTED: {
    title: 'This chain is halted',
    advice:
      'Something changed on it that must not. Sending on it waits until a person has looked. Cash works as usual.',
  },
  CHAIN_UNAVAILABLE: {
    title: 'The blockchain cannot be reached',
    advice: `Cash works as usual; tokens must wait. ${again}`,
  },
  CHAIN_TOKENS_TOO_MANY: {
    title: 'No more tokens can be followed on this chain',
    advice: 'Nothing new can be added here just now. Please tell the operator.',
  },
  CHAIN_UNKNOWN: { title: 'Unknown chain', advice: 'This operator does not serve that chain. Choose another.' },
  NONCE_TOO_LOW: {
    title: 'This transaction number is already used',
    advice: 'Another transaction may have gone first. Go back and review once more.',
  },
  RPC_METHOD_NOT_ALLOWED: { title: 'The chain may not be asked that', advice: support },
  TOKEN_INVALID: {
    title: 'There is no token contract here',
    advice: 'Check the address and the chain. Collectibles (NFTs) cannot be added.',
  },
  TOKEN_LISTED: {
    title: 'This token is listed already',
    advice: 'You need not add it: it is shown once you hold some.',
  },
  TOKENS_TOO_MANY: {
    title: 'You have added too many tokens',
    advice: 'Remove some that you don’t use, then add this one.',
  },
  TRANSACTION_INVALID: { title: 'The transaction is not well formed', advice: 'Go back and review once more.' },
  TRANSACTION_REVERTED: {
    title: 'The chain refused the transaction',
    advice: 'See the reason in the details, then start again.',
  },
  CHALLENGE_EXPIRED: { title: 'The check has expired', advice: 'Try once more.' },
  COOLING_OFF: {
    title: 'Large amounts wait 24 hours after two-step verification was turned off',
    advice:
      'This protects you from thieves; small amounts go out as usual. If you did not turn it off, change your password now.',
  },
  CREDENTIALS_WRONG: { title: 'Wrong e-mail or password', advice: 'Check both and try again; capital letters matter.' },
  CSRF_REJECTED: { title: 'Refused: the request came from another site', advice: 'Use Feiqian’s own pages.' },
  EMAIL_MALFORMED: { title: 'That is not an e-mail address', advice: 'Write it like name@example.com.' },
  EMAIL_TAKEN: { title: 'This e-mail is already registered', advice: 'Log in, or use another e-mail.' },
  HANDLE_MALFORMED: {
    title: 'That is not a username',
    advice: 'A username is 3 to 20 small letters, digits or underscores and begins with a letter.',
  },
  HANDLE_TAKEN: { title: 'This username is taken', advice: 'Choose another.' },
  PHONE_MALFORMED: {
    title: 'This is not a phone number',
    advice: 'Write digits only, with + and the country code for numbers abroad.',
  },
  RECIPIENT_IS_SELF: { title: 'That is you', advice: 'Enter somebody else’s e-mail, username or address.' },
  RECIPIENT_UNKNOWN: {
    title: 'Nobody found',
    advice: 'Check the e-mail or username. The other person must be registered.',
  },
  SESSION_EXPIRED: {
    title: 'You were logged out',
    advice: 'Enter your password to continue. What you filled in is still here.',
  },
  SIGNATURE_INVALID: { title: 'The signature is not valid', advice: 'Try once more.' },
  SIWE_MALFORMED: { title: 'The message that links the address is wrong', advice: support },
  CODE_CHECKSUM_WRONG: {
    title: 'This code is incomplete, or was changed',
    advice: 'Don’t pay by it. Ask the merchant for the code again, and scan once more.',
  },
  CODE_MALFORMED: {
    title: 'Something is wrong inside this code',
    advice: 'Ask for the code again, and scan once more.',
  },
  KDF_PARAMETERS_WEAK: {
    title: 'Refused: the service’s password settings are too weak',
    advice: 'Somebody may be posing as the service. Check the web address and do not enter your password here.',
  },
  KEYRING_LOCKED: { title: 'The wallet is locked', advice: 'Unlock it with your password.' },
  MNEMONIC_CHECKSUM_WRONG: {
    title: 'The recovery phrase does not add up',
    advice: 'A word is wrong or out of order. Check them one by one.',
  },
  MNEMONIC_MALFORMED: { title: 'Wrong number of words', advice: 'A recovery phrase has 12, 15, 18, 21 or 24 words.' },
  MNEMONIC_WORD_UNKNOWN: { title: 'One word is not in the list', advice: 'Check its spelling.' },
  PASSWORD_WRONG: { title: 'Wrong password', advice: 'Check it and try again; capital letters matter.' },
  PASSWORD_WEAK: {
    title: 'The password is too weak',
    advice: 'Use at least 12 characters and avoid common words and birthdays.',
  },
  STORAGE_UNAVAILABLE: {
    title: 'The browser does not let us keep data',
    advice: 'Leave private mode or allow this site to keep data, then try again.',
  },
  ADDRESS_BOOK_CONFLICT: {
    title: 'Contacts were changed elsewhere just now',
    advice: 'Save once more; both changes are kept.',
  },
  ADDRESS_BOOK_CORRUPT: {
    title: 'The contacts on the service cannot be read',
    advice:
      'Those on this device are unchanged. A newer Feiqian may have written them: reload the page, or contact support.',
  },
  ADDRESS_BOOK_FULL: { title: 'Your contacts and notes are full', advice: 'Remove some that you no longer need.' },
  ADDRESS_BOOK_ROLLED_BACK: {
    title: 'Refused: the service sent older contacts than this device has seen',
    advice: 'Open Feiqian on another device that still has your contacts; it brings the newest back.',
  },
  VAULT_CONFLICT: {
    title: 'The wallet was changed on another device',
    advice: 'Log in again to get its newest version.',
  },
  VAULT_CORRUPT: {
    title: 'The wallet’s data is damaged',
    advice: 'Nothing was deleted. Log out and in again; if that fails, the recovery phrase brings it back.',
  },
  VAULT_MISSING: { title: 'No wallet here', advice: 'Log in with e-mail and password to fetch it.' },
  VAULT_ROLLED_BACK: {
    title: 'Refused: the service sent an older version of the wallet',
    advice: 'To be safe, the wallet on this device was kept. Try later or contact support.',
  },
  MAIL_OFF: { title: 'No e-mail is sent from here', advice: 'The payment link always shows what became of it.' },
  BRIDGE_OFF: { title: 'Cash and tokens are not exchanged here', advice: 'Each works on its own.' },
  CASH_FROZEN: {
    title: 'Cash in this account is frozen',
    advice: 'It can’t move until the operator releases it. Ask them why.',
  },
  HOLD_IS_OWN: { title: 'Your own money', advice: 'Somebody else has to decide on it.' },
  HOLD_NEEDS_ANOTHER: {
    title: 'One more person has to agree',
    advice: 'You have agreed already. For this amount a second member of staff has to confirm.',
  },
  HOLD_OUTDATED: {
    title: 'Things have changed: it can’t be released',
    advice: 'The request means something else by now. Give the money back, so that its owner can ask again.',
  },
  MOVEMENT_BLOCKED: {
    title: 'This was stopped',
    advice: 'To keep money safe it was not carried out, and nothing has moved. If it was you, contact the operator.',
  },
  MOVEMENT_NOT_PASSED: {
    title: 'This has to be checked first and was not carried out',
    advice: 'Nothing has moved; you still have the money. Ask the operator to check it, then try again.',
  },
  GATEWAY_ANSWER_INVALID: {
    title: 'The payment provider’s answer was wrong',
    advice: 'If you paid, it will be credited automatically. Do not pay again.',
  },
  GATEWAY_REFUSED: { title: 'The payment provider refused', advice: 'Use another way, or ask your bank.' },
  GATEWAY_UNAVAILABLE: { title: 'The payment provider cannot be reached', advice: `Use another way. ${again}` },
  GATEWAY_UNKNOWN: { title: 'Unknown payment provider', advice: 'Use another way.' },
  NOTIFICATION_INVALID: { title: 'The payment provider’s notice was not valid', advice: support },
  PAY_CODE_EXPIRED: {
    title: 'This pay code has expired',
    advice: 'It changes every minute. Scan the one that is on the customer’s screen now.',
  },
  PAY_CODE_OWN: { title: 'That is your own pay code', advice: 'Scan the customer’s.' },
  PAY_CODE_UNKNOWN: {
    title: 'This pay code is not valid',
    advice: 'Let the customer open the pay code in Feiqian and scan again. If you typed it, check the digits.',
  },
  PAY_CODE_USED: {
    title: 'This pay code was used already',
    advice: 'Each is good for one payment. Let the customer show a new one and scan again.',
  },
  PAY_LIMIT_EXCEEDED: {
    title: 'More than you allow without asking',
    advice: 'Confirm the payment on the pay code’s screen.',
  },
  REFUND_NOT_COVERED: {
    title: 'More than can be refunded',
    advice: 'Refunds can’t add up to more than the payment. Enter what is left of it, or less.',
  },
  REFUND_NOT_POSSIBLE: {
    title: 'This payment can’t be refunded yet',
    advice: 'Wait until it is final, then try again.',
  },
  REFUND_NEEDS_SIGNATURE: {
    title: 'Your wallet has to sign this refund',
    advice: 'Tokens leave your own address only with your signature. Refund it in the wallet.',
  },
  RETURN_ADDRESS_EXISTS: {
    title: 'This return address is already registered',
    advice: 'Use it with the secret that you have, or remove it and add it again for a new one.',
  },
  RETURN_ADDRESS_REFUSED: {
    title: 'Payers can’t be sent to this address',
    advice: 'Use an https address without a user name, a password or a part after #.',
  },
  RETURN_ADDRESSES_TOO_MANY: {
    title: 'You have as many return addresses as there can be',
    advice: 'Remove one that you no longer need.',
  },
  RETURN_URL_REFUSED: {
    title: 'This return address is not registered',
    advice: 'Add it under “Return addresses” in the settings, exactly as the shop sends it.',
  },
  PAYMENT_REQUEST_CLOSED: {
    title: 'This payment link is closed',
    advice: 'It was paid, expired or withdrawn. Ask for a new one.',
  },
  QUOTE_EXPIRED: {
    title: 'The quoted network fee has expired',
    advice: 'There is a new quote. Look at it once more, then confirm.',
  },
  STATE_CONFLICT: { title: 'This just changed', advice: 'Refresh and try again.' },
  UNDO_TOO_LATE: { title: 'Already sent, too late to undo', advice: 'To get it back, ask the recipient.' },
  UNDO_WINDOW_PASSED: {
    title: 'The time to undo has passed, nothing was sent',
    advice: 'Review and send once more. If this keeps happening, check the clock of the device.',
  },
  UNDONE_TOO_OFTEN: {
    title: 'Too many payments undone or waiting today',
    advice: 'Try again tomorrow, or turn the time to undo off in the settings and send at once.',
  },
  IDEMPOTENCY_IN_FLIGHT: { title: 'This is already being done', advice: 'Wait a moment; do not send it again.' },
  IDEMPOTENCY_KEY_MISSING: { title: 'The request is incomplete', advice: support },
  IDEMPOTENCY_KEY_REUSED: {
    title: 'The same request came with other content',
    advice: 'Go back and fill it in once more.',
  },
  ACCOUNT_UNKNOWN: { title: 'The wallet has no such account', advice: 'Refresh and try again.' },
  EXTENDED_KEY_INVALID: { title: 'That is not an extended key', advice: 'Copy the whole xpub and try again.' },
  ACCOUNT_EXISTS: { title: 'That account is in your wallet already', advice: 'Find it in the list of accounts.' },
  ACCOUNT_WATCH_ONLY: {
    title: 'This address can only be watched',
    advice: 'Its private key is not in this wallet, so it cannot pay or sign. Import the key to use it.',
  },
  ACCOUNTS_TOO_MANY: {
    title: 'The wallet is full',
    advice: 'Nothing was added. Register another account for more addresses.',
  },
  KEYSTORE_INVALID: {
    title: 'The keystore file cannot be read',
    advice: 'Choose the file that the other wallet exported (JSON, version 3) and check that all of it is there.',
  },
  KEYSTORE_PASSWORD_WRONG: {
    title: 'Wrong password for the keystore file',
    advice: 'Enter the one that was set when the file was exported; it is not your log-in here.',
  },
  MNEMONIC_PASSPHRASE_TOO_LONG: {
    title: 'The passphrase is too long',
    advice: 'Check that it went into the right field.',
  },
  SECOND_FACTOR_EXISTS: {
    title: 'Two-step verification is on already',
    advice: 'To change the app, turn it off first and set it up again.',
  },
  SECOND_FACTOR_LOCKED: {
    title: 'Too many wrong codes: locked for a while',
    advice: 'Try again later, or use a recovery code.',
  },
  SECOND_FACTOR_USED: { title: 'That code was used already', advice: 'Wait for the next one, at most 30 seconds.' },
  SECOND_FACTOR_WRONG: {
    title: 'Wrong code',
    advice: 'Check it and enter it again. If it stays wrong, see whether the phone’s clock is right.',
  },
  STEP_UP_REQUIRED: { title: 'Not verified yet', advice: 'Finish two-step verification and try again.' },
  PASSKEY_EXISTS: {
    title: 'This device has a passkey for this wallet already',
    advice: 'Just use it. To replace it, remove the old one first under Settings → Passkeys.',
  },
  PASSKEY_REFUSED: {
    title: 'The passkey was not accepted',
    advice: 'It was cancelled, took too long, or belongs to something else. Try again, or use your password.',
  },
  PASSKEY_UNAVAILABLE: {
    title: 'Passkeys cannot be used here',
    advice: 'This browser or device cannot use them yet. Your password works, just as safely.',
  },
  PASSKEYS_TOO_MANY: { title: '10 passkeys are the most', advice: 'Remove one that you no longer use.' },
  PRIVATE_KEY_INVALID: {
    title: 'That is not a valid private key',
    advice: 'A private key has 64 hexadecimal characters. Copy all of it again.',
  },
  SECRET_UNRECOGNIZED: {
    title: 'We cannot tell what that is',
    advice: 'Paste a recovery phrase, a private key, a keystore file or an address.',
  },
  VAULT_HAS_PHRASE: {
    title: 'This wallet has its recovery phrase already',
    advice: 'An account has one phrase. To restore another one, log out and choose “Restore a wallet”.',
  },
  MNEMONIC_CHECK_CLOSED: {
    title: 'The check is over',
    advice: 'Show the recovery phrase again, then check once more.',
  },
  RANDOM_UNAVAILABLE: {
    title: 'The browser has no safe random numbers',
    advice: 'No key was made, to be safe. Use a current browser.',
  },
  SIWE_MISMATCH: {
    title: 'The message that links the address is not meant for here',
    advice: 'Somebody may be posing as this site, so nothing was signed. Check the web address.',
  },
  TYPED_DATA_INVALID: {
    title: 'What was to be signed is not well formed',
    advice: 'Nothing was signed. Go back and review once more.',
  },
  VAULT_NOT_SAVED: {
    title: 'The wallet is not saved yet',
    advice: 'No address is shown before it is safe. Check the network and try again.',
  },
  ITEMS_TOO_MANY: { title: 'Too many items', advice: 'Remove items that you don’t sell any more, then add this one.' },
  WEBHOOK_ENDPOINT_OFF: { title: 'This webhook endpoint is off', advice: 'Turn it on first, then try again.' },
  WEBHOOK_ENDPOINTS_TOO_MANY: {
    title: 'You have as many webhook endpoints as there can be',
    advice: 'Remove one that you no longer need.',
  },
  WEBHOOK_URL_REFUSED: {
    title: 'Webhooks can’t be sent to this address',
    advice: 'Use an https address that the internet can reach, without a user name or password in it.',
  },
  INTERNAL: { title: 'Something unexpected went wrong', advice: support },
  NOT_FOUND: { title: 'Not found', advice: 'It may be gone, or the link is incomplete.' },
  API_KEY_INVALID: {
    title: 'This key does not work',
    advice: 'It is wrong or was revoked. Make a new one under “API keys”.',
  },
  API_KEYS_TOO_MANY: { title: 'Too many keys', advice: 'Revoke keys that nobody uses any more, then make a new one.' },
  RATE_LIMITED: { title: 'Too many attempts', advice: 'Wait a minute and try again.' },
  REQUEST_INVALID: { title: 'Something is missing or wrong', advice: 'Check what you entered and try again.' },
  SCOPE_MISSING: {
    title: 'This key may not do that',
    advice: 'Make a key with this permission, or log in and do it yourself.',
  },
  SERVICE_UNAVAILABLE: {
    title: 'The service cannot be reached',
    advice: `Your keys and addresses are on this device and safe. ${again}`,
  },
};
