import { pageOf } from '@feiqian/domain/api/common';
import { type ResolveSuspenseRequest, type SuspenseItemWire, suspenseItemSchema } from '@feiqian/domain/api/staff';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson, sendJson } from '../../lib/http.ts';

const path = '/v1/admin/suspense';
const pageSize = 30;
const pageSchema = pageOf(suspenseItemSchema);

/** What is on the list, or was. */
export type SuspenseState = SuspenseItemWire['state'];

/** Money in suspense, page by page, newest first. */
export const suspenseQuery = (state: SuspenseState) =>
  infiniteQueryOptions({
    queryKey: ['staff', 'suspense', state] as const,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ state, limit: `${pageSize}`, ...(pageParam ? { cursor: pageParam } : {}) });
      return getJson(`${path}?${query}`, pageSchema, signal);
    },
    getNextPageParam: (last) => last.nextCursor,
  });

/** One of them. */
export const suspenseItemQuery = (id: string) =>
  queryOptions({
    queryKey: ['staff', 'item', id] as const,
    queryFn: ({ signal }) => getJson(`${path}/${id}`, suspenseItemSchema, signal),
  });

/** A credit as it will be asked for, frozen at the review. */
export type CreditDraft = {
  readonly item: SuspenseItemWire;
  /** Without the @. */
  readonly handle: string;
  readonly note: string;
  readonly idempotencyKey: string;
};

/** Carries out a reviewed credit. */
export function sendCredit({ item, handle, note, idempotencyKey }: CreditDraft): Promise<SuspenseItemWire> {
  const body: ResolveSuspenseRequest = { action: 'credit', recipient: `@${handle}`, note };
  return sendJson({ path: `${path}/${item.id}/resolve`, body, schema: suspenseItemSchema, idempotencyKey });
}
