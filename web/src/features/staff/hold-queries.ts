import { pageOf } from '@feiqian/domain/api/common';
import { type EndHoldRequest, type HoldsQuery, type HoldWire, holdSchema } from '@feiqian/domain/api/monitoring';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from '../../lib/http.ts';

const path = '/v1/admin/holds';
const pageSize = 30;
const pageSchema = pageOf(holdSchema);

/** What waits, or what was decided. */
export type HoldsState = HoldsQuery['state'];

/** Movements that wait for staff, page by page, newest first. */
export const holdsQuery = (state: HoldsState) =>
  infiniteQueryOptions({
    queryKey: ['staff', 'holds', state] as const,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ state, limit: `${pageSize}`, ...(pageParam ? { cursor: pageParam } : {}) });
      return getJson(`${path}?${query}`, pageSchema, signal);
    },
    getNextPageParam: (last) => last.nextCursor,
  });

/** One of them. */
export const holdQuery = (id: string) =>
  queryOptions({
    queryKey: ['staff', 'hold', id] as const,
    queryFn: ({ signal }) => getJson(`${path}/${id}`, holdSchema, signal),
  });

/** A decision as it will be asked for, frozen at the review. */
export type HoldDraft = {
  readonly hold: HoldWire;
  readonly action: 'release' | 'refuse';
  readonly note: string;
  readonly idempotencyKey: string;
};

/** Carries out a reviewed decision. */
export function sendDecision({ hold, action, note, idempotencyKey }: HoldDraft): Promise<HoldWire> {
  const body: EndHoldRequest = { note };
  return sendJson({ path: `${path}/${hold.id}/${action}`, body, schema: holdSchema, idempotencyKey });
}
