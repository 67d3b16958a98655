import type { PaymentRequestWire } from '@feiqian/domain/api/payments';
import { decodeAmount } from '@feiqian/domain/money';
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { LinkDetail, type Opened, OpenedPayment } from './link-detail.tsx';
import { linksMessages } from './messages.ts';
import { linksQuery } from './queries.ts';
import { standingForPayee, toStateMark } from './standing.ts';

/** The person's payment links; on a desk the open one stands beside the list. */
export function LinksScreen({ linkId }: { readonly linkId?: string | undefined }) {
  const [opened, setOpened] = useState<Opened | undefined>();
  return (
    <>
      <Links linkId={linkId} onOpen={setOpened} />
      {/* Apart from the screen, which is another on a desk: a window that grows must not lose what is being refunded. */}
      {opened && opened.linkId === linkId ? (
        <OpenedPayment opened={opened} onClose={() => setOpened(undefined)} />
      ) : null}
    </>
  );
}

type LinksProps = {
  readonly linkId: string | undefined;
  readonly onOpen: (opened: Opened) => void;
};

function Links({ linkId, onOpen }: LinksProps) {
  const words = useMessages(linksMessages);
  const isDesk = useIsDesk();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(linksQuery);
  const links = data.pages.flatMap(({ items }) => items);
  if (linkId !== undefined && !isDesk) {
    return (
      <Page title={words.detailTitle} back="/links">
        <LinkDetail id={linkId} onOpen={onOpen} />
      </Page>
    );
  }
  const detail =
    linkId === undefined ? (
      <EmptyState icon="qr" title={words.chooseTitle}>
        {words.chooseBody}
      </EmptyState>
    ) : (
      <LinkDetail id={linkId} onOpen={onOpen} />
    );
  const create = (
    <ButtonLink href="/links/new" variant="primary" icon="plus" wide={!isDesk && links.length > 0}>
      {words.create}
    </ButtonLink>
  );
  return (
    <Page title={words.title} detail={isDesk && links.length > 0 ? detail : undefined}>
      {links.length === 0 ? (
        <EmptyState icon="link" title={words.emptyTitle} action={create}>
          {words.emptyBody}
        </EmptyState>
      ) : (
        <div className="stack stack--wide">
          {create}
          <List label={words.list}>
            {links.map((link) => (
              <LinkRow key={link.id} link={link} current={link.id === linkId} />
            ))}
          </List>
          {hasNextPage ? (
            <Button wide busy={isFetchingNextPage ? words.loadingMore : undefined} onClick={() => void fetchNextPage()}>
              {words.more}
            </Button>
          ) : null}
        </div>
      )}
    </Page>
  );
}

function LinkRow({ link, current }: { readonly link: PaymentRequestWire; readonly current: boolean }) {
  const words = useMessages(linksMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const unit = book.get(link.money.asset);
  return (
    <ListRow
      icon="link"
      title={link.description}
      detail={
        <>
          <StateText state={toStateMark(link)}>{words.states[standingForPayee(link)]}</StateText>
          {link.refunded === '0' ? null : (
            <span>{words.refundedPart(formatMoney(decodeAmount(link.refunded), unit, language))}</span>
          )}
        </>
      }
      end={<AmountText amount={decodeAmount(link.money.amount)} unit={unit} />}
      href={`/links/${link.id}`}
      current={current}
    />
  );
}
