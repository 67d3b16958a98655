import type { Approval } from '@feiqian/domain/api/safety';
import { toTokenAssetId } from '@feiqian/domain/assets';
import { toAmount } from '@feiqian/domain/money';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isAddressEqual } from 'viem';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { unlimitedFrom } from '../../keyring/review-model.ts';
import { type AssetBook, useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { feeQuoteQuery } from '../../lib/fee-quote.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useTrustedAddresses } from '../../lib/trusted-addresses.ts';
import { UnverifiedMark } from '../../lib/unverified.tsx';
import { useFlow } from '../../lib/use-flow.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { EmptyState } from '../../ui/states.tsx';
import { approvalMessages } from './messages.ts';
import { approvalsQuery, draftRevoke, keyOf, type RevokeDraft, sendRevoke } from './revoke.ts';
import { RevokeReview } from './revoke-review.tsx';
import { useSpenderName } from './spender-name.ts';

const settleMs = 2_000;

/** Who may take the person's tokens, and an end to it. */
export function ApprovalsScreen() {
  const words = useMessages(approvalMessages);
  const wallet = useWallet();
  const book = useAssetBook();
  const client = useQueryClient();
  const {
    data: { approvals, unavailable, isComplete },
  } = useSuspenseQuery(approvalsQuery);
  // What was changed, until the chain shows it otherwise.
  const [ending, setEnding] = useState<readonly string[]>([]);
  const flow = useFlow(async (draft: RevokeDraft) => {
    const sent = await sendRevoke(wallet, draft);
    setEnding((keys) => [...keys, standingOf(draft.approval)]);
    return sent;
  });
  const isSettling = approvals.some((approval) => ending.includes(standingOf(approval)));
  useEffect(() => {
    if (!isSettling) return undefined;
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: approvalsQuery.queryKey }), settleMs);
    return () => clearInterval(timer);
  }, [isSettling, client]);
  const prepare = useMutation({
    mutationFn: async (approval: Approval) =>
      draftRevoke(approval, await client.fetchQuery(feeQuoteQuery(approval.chainId))),
    onSuccess: flow.review,
  });
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.title} back="/settings" detail={settings}>
      <div className="stack stack--wide">
        <p>{words.lead}</p>
        {unavailable.length > 0 ? (
          <Banner
            tone="offline"
            title={words.unavailable(unavailable.map((chainId) => book.getChain(chainId).name).join(', '))}
          />
        ) : null}
        {prepare.error ? <Failure error={prepare.error} /> : null}
        {approvals.length > 0 ? (
          <>
            <List label={words.list}>
              {approvals.map((approval) => (
                <ApprovalRow
                  key={keyOf(approval)}
                  approval={approval}
                  isEnding={ending.includes(standingOf(approval))}
                  isPreparing={prepare.isPending && prepare.variables === approval}
                  onRevoke={() => prepare.mutate(approval)}
                />
              ))}
            </List>
            <p className="text-soft text-small">{words.feeNote}</p>
          </>
        ) : isComplete && unavailable.length === 0 ? (
          <EmptyState icon="shield" title={words.emptyTitle}>
            {words.emptyBody}
          </EmptyState>
        ) : null}
        {isComplete ? null : (
          <p className="text-soft text-small" role="status">
            {words.partial}
          </p>
        )}
      </div>
      <RevokeReview flow={flow} />
    </Page>
  );
}

type ApprovalRowProps = {
  readonly approval: Approval;
  readonly isEnding: boolean;
  readonly isPreparing: boolean;
  readonly onRevoke: () => void;
};

function ApprovalRow({ approval, isEnding, isPreparing, onRevoke }: ApprovalRowProps) {
  const words = useMessages(approvalMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address } = useWallet();
  const { name, isKnown } = useSpenderName(approval, useTrustedAddresses());
  const token = symbolOf(approval, book) ?? words.unlistedToken;
  const isUnlimited = BigInt(approval.amount) >= unlimitedFrom;
  const unit = book.find(toTokenAssetId(approval.chainId, approval.token));
  const amount = unit
    ? formatMoney(toAmount(BigInt(approval.amount)), unit, language)
    : words.unlisted(approval.amount);
  const isOwn = isAddressEqual(approval.owner, address);
  return (
    <ListRow
      icon={isKnown ? 'token' : 'alert'}
      title={`${token} · ${isKnown ? name : `${words.stranger} ${shortenAddress(approval.spender)}`}`}
      detail={
        <>
          <UnverifiedMark asset={unit} />
          {isUnlimited ? <StateText state="waiting">{words.unlimited}</StateText> : words.mayTake(amount)}
          {isOwn ? null : <span> · {words.otherAccount}</span>}
        </>
      }
      end={
        isEnding ? (
          <StateText state="waiting">{words.revoking}</StateText>
        ) : isOwn ? (
          <Button variant="secondary" busy={isPreparing ? words.preparing : undefined} onClick={onRevoke}>
            <span aria-hidden="true">{words.revoke}</span>
            <span className="visually-hidden">{words.revokeWhat(token, name)}</span>
          </Button>
        ) : undefined
      }
    />
  );
}

/** An allowance as the chain shows it now. */
const standingOf = (approval: Approval): string => `${keyOf(approval)} ${approval.amount}`;

function symbolOf({ chainId, token }: Approval, book: AssetBook): string | undefined {
  return book.find(toTokenAssetId(chainId, token))?.symbol;
}
