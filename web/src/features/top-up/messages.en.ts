import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Top up',
  currency: 'Currency',
  method: 'Pay with',
  target: 'Keep it as',
  targetCash: 'Cash',
  targetCashDetail: 'held by the operator',
  targetToken: (symbol) => `${symbol} tokens`,
  targetTokenDetail: 'held by you',
  noGateway: 'No way to pay this amount',
  noGatewayBody: (range) => `You can top up ${range}.`,
  range: (min, max) => `${min} to ${max}`,
  pay: (amount, gateway) => `Pay ${amount} at ${gateway}`,
  going: 'Opening the payment page',
  fine: 'You pay on the provider’s own page; Feiqian never sees your card. You come back here afterwards.',
  fineToken: (amount) => `Then ${amount} go to your own address.`,
  already: 'This was paid already',
};
