import { expect, it } from 'vitest';
import { toWalletError } from './wallet-error.ts';

it.each([
  ['REJECTED', { code: 4001, message: 'User rejected' }],
  ['REJECTED', { code: -32_603, data: { originalError: { code: 4001 } } }],
  ['CANNOT_SIGN', { code: -32_601 }],
  ['CANNOT_SIGN', { code: 4200 }],
  ['PENDING', { code: -32_002 }],
  ['DISCONNECTED', { code: 4900 }],
  ['NO_ACCOUNT', { code: 4100 }],
  ['FAILED', { code: -32_603, message: 'Internal JSON-RPC error.' }],
  ['FAILED', new Error('boom')],
  ['FAILED', 'no'],
  ['FAILED', undefined],
])('is %s', (problem, error) => {
  expect(toWalletError(error).problem).toBe(problem);
});
