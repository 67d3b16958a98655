import { type Approval, approvalsResponse, type Revocation, revocationResponse } from '@feiqian/domain/api/safety';
import type { FeeQuote, FeeSpeed } from '@feiqian/domain/fees';
import { queryOptions } from '@tanstack/react-query';
import { encodeFunctionData, erc20Abi } from 'viem';
import type { TransactionDraft } from '../../keyring/draft.ts';
import { draftCall } from '../../lib/draft-call.ts';
import { getJson, sendJson } from '../../lib/http.ts';
import type { OpenWallet } from '../../lib/wallet/wallet-context.tsx';

const readOnMs = 1_000;

/** Who may take what. Asked again while the past is not read to its end. */
export const approvalsQuery = queryOptions({
  queryKey: ['approvals'] as const,
  queryFn: ({ signal }) => getJson('/v1/approvals', approvalsResponse, signal),
  refetchInterval: ({ state }) => (state.data?.isComplete === false ? readOnMs : false),
});

/** One allowance, by name. */
export const keyOf = ({ chainId, token, owner, spender }: Approval): string =>
  `${chainId} ${token} ${owner} ${spender}`;

/** The end of one allowance, ready to be reviewed and signed. */
export type RevokeDraft = {
  readonly approval: Approval;
  /** What its fee was chosen for. */
  readonly speed: FeeSpeed;
  readonly signing: TransactionDraft;
};

/**
 * Drafts the transaction that sets an allowance to nothing, at the normal speed.
 *
 * @throws {AppError} CHAIN_UNAVAILABLE, TRANSACTION_REVERTED.
 */
export async function draftRevoke(approval: Approval, { normal }: FeeQuote): Promise<RevokeDraft> {
  const { chainId, token, owner, spender } = approval;
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, 0n] });
  const signing = await draftCall(chainId, owner, { to: token, value: 0n, data }, normal);
  return Object.freeze({ approval, speed: 'normal', signing });
}

/** Signs a reviewed end of an allowance and has it broadcast. The same bytes again do no harm. */
export async function sendRevoke(wallet: OpenWallet, { approval, signing }: RevokeDraft): Promise<Revocation> {
  const { raw } = await wallet.signTransaction(signing);
  return await sendJson({
    path: '/v1/revocations',
    body: { chainId: approval.chainId, raw },
    schema: revocationResponse,
  });
}
