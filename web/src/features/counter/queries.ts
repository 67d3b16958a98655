import type { MoneyWire } from '@feiqian/domain/api/common';
import { paymentRequestSchema } from '@feiqian/domain/api/payments';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useOnline } from '../../lib/connection.ts';
import { getJson, sendJson } from '../../lib/http.ts';
import { useIntentKeys } from '../../lib/use-intent-keys.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { unlockSpeech } from './announce.ts';
import { type ChargeState, isUnderWay, toChargeState } from './charge-state.ts';
import type { Charge } from './counter-state.ts';

const path = '/v1/payment-requests';
const lookEveryMs = 1_000;
const lookAfterEndEveryMs = 3_000;
/** How long a code at a counter can be paid. */
const validSeconds = 900;

const chargeQuery = (id: string) =>
  queryOptions({
    queryKey: ['payment-requests', id] as const,
    queryFn: ({ signal }) => getJson(`${path}/${id}`, paymentRequestSchema, signal),
    // The next look comes by itself, and people wait for it.
    retry: false,
    staleTime: 0,
  });

/** Each second while somebody may be about to pay; then now and then, as money can come late, and a block can be replaced. */
const lookAgainAfter = (state: ChargeState | undefined): number =>
  state === undefined || isUnderWay(state) ? lookEveryMs : lookAfterEndEveryMs;

/** The payment that is waited for, looked at again as long as somebody could see it. */
export function useCharge(id: string) {
  const isOnline = useOnline();
  const { data, error } = useQuery({
    ...chargeQuery(id),
    enabled: isOnline,
    refetchInterval: ({ state }) => lookAgainAfter(state.data && toChargeState(state.data)),
  });
  return { request: data, error, isUnseen: !isOnline || error !== null };
}

/** The same as it was seen last, without a look of its own. */
export function useSeenCharge(id: string) {
  return useQuery({ ...chargeQuery(id), enabled: false }).data;
}

/** What somebody is to pay. */
export type Asked = { readonly money: MoneyWire; readonly description: string };

/** Asks for money: the same again until it has succeeded is one payment request. */
export function useStartCharge(onStarted: (charge: Charge) => void) {
  const client = useQueryClient();
  const { address } = useWallet();
  const { keyFor, renew } = useIntentKeys();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (asked: Asked) => {
      const body = { ...asked, address, expiresIn: validSeconds };
      return sendJson({ path, body, schema: paymentRequestSchema, idempotencyKey: keyFor(body) });
    },
    onSuccess: (request) => {
      renew();
      client.setQueryData(chargeQuery(request.id).queryKey, request);
      void client.invalidateQueries({ queryKey: ['payment-requests', 'mine'] });
      onStarted({ id: request.id, startedAt: Date.now(), isAnnounced: false });
    },
  });
  const start = (asked: Asked) => {
    unlockSpeech();
    if (!isPending) mutate(asked);
  };
  return { start, isPending, error };
}

/** Takes back what nobody has paid; what became of it instead is seen by the next look. */
export function useCancelCharge(id: string) {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ path: `${path}/${id}/cancel`, schema: paymentRequestSchema }),
    onSuccess: (request) => client.setQueryData(chargeQuery(id).queryKey, request),
    onSettled: () => void client.invalidateQueries({ queryKey: ['payment-requests'] }),
  });
  return { cancel: () => mutate(), isPending, error };
}
