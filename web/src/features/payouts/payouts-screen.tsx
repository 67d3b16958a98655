import type { PayoutWire } from '@feiqian/domain/api/payouts';
import { decodeAmount } from '@feiqian/domain/money';
import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { payoutRulesQuery } from '../../lib/payout-rules.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { payoutMessages } from './messages.ts';
import { payoutsQuery } from './queries.ts';
import { RuleCard } from './rule-card.tsx';
import { useRuleWords } from './use-rule-words.ts';

/** What is paid out by itself: each currency's rule in a sentence, and what the rules have paid. */
export function PayoutsScreen() {
  const words = useMessages(payoutMessages);
  const book = useAssetBook();
  const isDesk = useIsDesk();
  const { data: rules } = useSuspenseQuery(payoutRulesQuery);
  const { data: payouts } = useSuspenseInfiniteQuery(payoutsQuery);
  const hasMore = book.assets.some(({ kind, id }) => kind === 'cash' && !rules.some(({ asset }) => asset === id));
  const isUnused = rules.length === 0 && payouts.pages.every(({ items }) => items.length === 0);
  const create = (
    <ButtonLink href="/settings/payouts/new" variant={rules.length === 0 ? 'primary' : 'secondary'} icon="plus">
      {rules.length === 0 ? words.create : words.another}
    </ButtonLink>
  );
  const settings = useSettingsAside('shop');
  return (
    <Page title={words.title} back="/settings" detail={isDesk && !isUnused ? <Payouts /> : settings}>
      <div className="stack stack--wide">
        <p>{words.lead}</p>
        {rules.length === 0 ? (
          <EmptyState icon="withdraw" title={words.emptyTitle} action={create}>
            {words.emptyBody}
          </EmptyState>
        ) : (
          <>
            {rules.map((rule) => (
              <RuleCard key={rule.id} rule={rule} />
            ))}
            {hasMore ? <div className="row">{create}</div> : null}
          </>
        )}
        {isDesk || isUnused ? null : <Payouts />}
      </div>
    </Page>
  );
}

/** What the rules have paid out. */
function Payouts() {
  const words = useMessages(payoutMessages);
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(payoutsQuery);
  const payouts = data.pages.flatMap(({ items }) => items);
  return (
    <Section title={words.payouts}>
      {payouts.length === 0 ? (
        <p className="text-soft">{words.nothingYet}</p>
      ) : (
        <div className="stack">
          <List label={words.payouts}>
            {payouts.map((payout) => (
              <PayoutRow key={payout.id} payout={payout} />
            ))}
          </List>
          {hasNextPage ? (
            <Button wide busy={isFetchingNextPage ? words.loadingMore : undefined} onClick={() => void fetchNextPage()}>
              {words.more}
            </Button>
          ) : null}
        </div>
      )}
    </Section>
  );
}

const marks = { under_way: 'waiting', paid: 'done', returned: 'failed' } as const;

function PayoutRow({ payout }: { readonly payout: PayoutWire }) {
  const words = useMessages(payoutMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { place } = useRuleWords();
  const { money, target, state, createdAt, historyId } = payout;
  return (
    <ListRow
      icon={target.kind === 'bank' ? 'bank' : 'token'}
      title={place(target)}
      detail={
        <span className="list-row__lines">
          <StateText state={marks[state]}>{words.states[state]}</StateText>
          <time dateTime={createdAt}>{formatMoment(createdAt, new Date(), language)}</time>
        </span>
      }
      end={
        <AmountText
          amount={decodeAmount(money.amount)}
          unit={book.get(money.asset)}
          sign="out"
          undone={state === 'returned'}
        />
      }
      href={`/history/${historyId}`}
    />
  );
}
