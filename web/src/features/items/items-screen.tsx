import type { ItemWire } from '@feiqian/domain/api/items';
import { decodeAmount } from '@feiqian/domain/money';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { itemsQuery } from '../../lib/items.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { ArrangeList } from './arrange-list.tsx';
import { ItemDetail } from './item-detail.tsx';
import { ItemSheet } from './item-sheet.tsx';
import { itemMessages } from './messages.ts';

const path = '/settings/items';

/** What a shop sells again and again, in its order; on a desk the open item stands beside the list. */
export function ItemsScreen({ openId }: { readonly openId?: string | undefined }) {
  const words = useMessages(itemMessages);
  const common = useMessages(commonMessages);
  const isDesk = useIsDesk();
  const settings = useSettingsAside('shop');
  const [, navigate] = useLocation();
  const { data: items } = useSuspenseQuery(itemsQuery);
  const [isMaking, setMaking] = useState(false);
  const [isArranging, setArranging] = useState(false);
  const open = items.find(({ id }) => id === openId);
  const detail = open ? (
    <ItemDetail item={open} key={open.id} onRemoved={() => navigate(path, { replace: true })} />
  ) : undefined;
  if (detail && !isDesk) {
    return (
      <Page title={words.title} back={path}>
        {detail}
      </Page>
    );
  }
  const create = (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {words.create}
    </Button>
  );
  const choose = (
    <EmptyState icon="tag" title={words.chooseTitle}>
      {words.chooseBody}
    </EmptyState>
  );
  return (
    <Page title={words.title} back="/settings" detail={isDesk && items.length > 0 ? (detail ?? choose) : settings}>
      <div className="stack stack--wide">
        <p>{words.lead}</p>
        {items.length === 0 ? (
          <EmptyState icon="tag" title={words.emptyTitle} action={create}>
            {words.emptyBody}
          </EmptyState>
        ) : (
          <>
            <div className="row">
              {create}
              <ButtonLink href="/counter" icon="store">
                {words.counter}
              </ButtonLink>
            </div>
            <Section
              title={words.list}
              action={
                items.length > 1 ? (
                  <Button variant="quiet" onClick={() => setArranging(!isArranging)}>
                    {isArranging ? common.done : words.arrange}
                  </Button>
                ) : undefined
              }
            >
              {isArranging ? <ArrangeList items={items} /> : <ItemList items={items} openId={openId} />}
            </Section>
          </>
        )}
      </div>
      {isMaking ? <ItemSheet onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}

function ItemList({ items, openId }: { readonly items: readonly ItemWire[]; readonly openId: string | undefined }) {
  const words = useMessages(itemMessages);
  const book = useAssetBook();
  return (
    <List label={words.list}>
      {items.map(({ id, name, money }) => (
        <ListRow
          key={id}
          icon="tag"
          title={name}
          end={<AmountText amount={decodeAmount(money.amount)} unit={book.get(money.asset)} shown />}
          href={`${path}/${id}`}
          current={id === openId}
        />
      ))}
    </List>
  );
}
