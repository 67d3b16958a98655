import { movementResponse } from '@feiqian/domain/api/chain';
import { askedResponse, payCodeResponse, payLimitSchema, payLimitsResponse } from '@feiqian/domain/api/pay-codes';
import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { getJson, sendJson } from '../../lib/http.ts';
import { sendDurably } from '../../lib/send-durably.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';

/** What a code is good for; the screen counts from when it arrived, on its own clock. */
export const validMs = 90_000;
/** Half of what a code is good for: the one on the screen always has time left. */
const renewEveryMs = 45_000;
/** Beside the live feed, for the moment in which that is being opened again. */
const lookEveryMs = 3_000;

/** A fresh code, renewed while it is looked at; it is kept nowhere else. */
export const payCodeQuery = queryOptions({
  queryKey: ['pay-codes', 'shown'] as const,
  queryFn: () => sendJson({ path: '/v1/pay-codes', schema: payCodeResponse }),
  refetchInterval: renewEveryMs,
  staleTime: 0,
  gcTime: 0,
});

/** What this session's codes were presented for. */
export const askedQuery = queryOptions({
  queryKey: ['pay-codes', 'asked'] as const,
  queryFn: ({ signal }) => getJson('/v1/pay-codes/asked', askedResponse, signal),
  refetchInterval: lookEveryMs,
  staleTime: 0,
  gcTime: 0,
});

/** Limits that are on. */
export const payLimitsQuery = queryOptions({
  queryKey: ['pay-limits'] as const,
  queryFn: async ({ signal }) => (await getJson('/v1/pay-limits', payLimitsResponse, signal)).items,
});

/** Pays what a counter asks for, from cash: once, however often it is pressed and whatever is reloaded in between. */
export function usePayAsked() {
  const client = useQueryClient();
  const { userId } = useWallet();
  return useMutation({
    mutationFn: ({ id }: PaymentRequestWire) =>
      sendDurably({
        userId,
        path: `/v1/payment-requests/${id}/payments`,
        body: { rail: 'cash' },
        idempotencyKey: `pay-code-${id}`,
        schema: movementResponse,
      }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: askedQuery.queryKey }),
        client.invalidateQueries({ queryKey: ['balances'] }),
      ]),
  });
}

/** Sets what is paid without asking; nought for both is off. */
export function useSetPayLimit(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ currency, perPayment, perDay }: { currency: string; perPayment: string; perDay: string }) => {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      const body = { perPayment, perDay, timeZone };
      return sendJson({ method: 'PUT', path: `/v1/pay-limits/${currency}`, body, schema: payLimitSchema });
    },
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: payLimitsQuery.queryKey }),
  });
}
