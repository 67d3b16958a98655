import { returnAddressesResponse } from '@feiqian/domain/api/return-addresses';
import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../../lib/http.ts';

export const addressesPath = '/v1/return-addresses';

/** Where the person's payers are sent back to. */
export const addressesQuery = queryOptions({
  queryKey: ['return-addresses'] as const,
  queryFn: async ({ signal }) => (await getJson(addressesPath, returnAddressesResponse, signal)).items,
});
