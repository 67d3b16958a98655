import type { messages as zh } from './words.zh.ts';

/** Words of the review before signing. */
export const messages: typeof zh = {
  warnings: {
    chain_unknown: { title: 'Unknown chain', body: 'To be safe, this cannot be signed.' },
    recipient_is_token: {
      title: 'The recipient is a token contract',
      body: 'Tokens sent there are lost to everybody. This cannot be signed.',
    },
    recipient_is_zero: {
      title: 'The recipient is the empty address',
      body: 'Nobody has its key. This cannot be signed.',
    },
    relay_unknown: {
      title: 'The relay contract or the token is not from here',
      body: 'To be safe, this cannot be signed.',
    },
    checkout_unknown: {
      title: 'The checkout contract or the token is not from here',
      body: 'To be safe, this cannot be signed.',
    },
    price_exceeded: {
      title: 'More than was asked for',
      body: 'The contract would not take it. Go back and review once more.',
    },
    domain_mismatch: {
      title: 'The token’s name or version does not match',
      body: 'The signature could be used elsewhere. This cannot be signed.',
    },
    expired: { title: 'It has expired', body: 'Go back and review once more.' },
    gas_too_low: {
      title: 'The network fee is too low',
      body: 'The chain would not take it. Go back and review once more.',
    },
    sign_in_elsewhere: {
      title: 'This logs in to another site',
      body: 'Somebody may be posing as it. This cannot be signed.',
    },
    call_unknown: {
      title: 'The wallet cannot explain this contract call',
      body: 'It is not known what it does. Do not sign it.',
    },
    creates_contract: { title: 'A contract will be created', body: 'A plain transfer does not need that.' },
    value_attached: { title: 'The chain’s coin goes along', body: 'This kind of call needs none.' },
    token_unknown: { title: 'Unknown token', body: 'Its name and decimals cannot be checked.' },
    allowance_unlimited: { title: 'They may spend without limit', body: 'You will not be asked again.' },
    allowance: { title: 'They may spend these tokens later', body: 'You will not be asked then.' },
    terms_hidden: { title: 'Not all terms can be seen', body: 'A part of the signature is only a number.' },
    long_validity: { title: 'Valid for more than 30 days', body: 'It may be used at any time until then.' },
    structure_unknown: {
      title: 'The wallet does not understand this',
      body: 'It is not known what it does. Do not sign it.',
    },
    unreadable: { title: 'This is not text', body: 'It is not known what it does. Do not sign it.' },
    fee_high: { title: 'The network fee is more than a tenth of the amount', body: 'A larger amount is better value.' },
    delayed: { title: 'Not sent at once', body: 'It is carried out at the time that was set.' },
    amount_zero: { title: 'The amount is zero', body: 'No money will move.' },
  },
  youSend: 'You send',
  youGiveBack: 'You give back',
  youRefund: 'You refund',
  amount: 'They receive',
  price: 'Requested in total',
  payableBefore: 'Can be paid until',
  to: 'To',
  fee: 'Network fee',
  feeAtMost: 'Network fee at most',
  feeReceiver: 'Fee goes to',
  from: 'From',
  chain: 'Chain',
  until: 'Signature valid until',
  nonce: 'Number',
  reference: 'Reference',
  relay: 'Relay contract',
  digest: 'Digest to be signed',
  raw: 'Show the raw data that is signed',
  firstTitle: 'First time to this address',
  firstBody: 'Compare the whole address with the other person, group by group. Nobody can take it back.',
  notPlain: 'The wallet cannot explain this signature. Do not sign it.',
};
