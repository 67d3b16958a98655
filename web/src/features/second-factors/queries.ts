import { recoveryCodesResponse, secondFactorsResponse } from '@feiqian/domain/api/second-factors';
import { queryOptions } from '@tanstack/react-query';
import { getJson, nothing, sendJson } from '../../lib/http.ts';

const path = '/v1/me/second-factors';

/** The person's second factors. */
export const secondFactorsQuery = queryOptions({
  queryKey: ['second-factors'] as const,
  queryFn: ({ signal }) => getJson(path, secondFactorsResponse, signal),
});

/** @throws {AppError} SECOND_FACTOR_WRONG, CHALLENGE_EXPIRED. @returns the recovery codes. */
export const confirmTotp = async (body: { readonly id: string; readonly code: string }): Promise<readonly string[]> =>
  (await sendJson({ path: `${path}/totp/confirm`, body, schema: recoveryCodesResponse })).recoveryCodes;

/** @returns the new recovery codes. */
export const renewRecoveryCodes = async (): Promise<readonly string[]> =>
  (await sendJson({ path: `${path}/recovery-codes`, schema: recoveryCodesResponse })).recoveryCodes;

export const removeTotp = (): Promise<undefined> =>
  sendJson({ method: 'DELETE', path: `${path}/totp`, schema: nothing });
