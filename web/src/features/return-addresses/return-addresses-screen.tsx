import { type ReturnAddressWire, returnSecretResponse } from '@feiqian/domain/api/return-addresses';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { NewAddressSheet } from '../../lib/new-address-sheet.tsx';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { UrlText } from '../../ui/url-text.tsx';
import { returnAddressMessages } from './messages.ts';
import { addressesPath, addressesQuery } from './queries.ts';
import { RemoveSheet } from './remove-sheet.tsx';
import './return-addresses.css';

/** Where payers are sent back to: what there is, a new one, and an end to one. */
export function ReturnAddressesScreen() {
  const words = useMessages(returnAddressMessages);
  const { data: addresses } = useSuspenseQuery(addressesQuery);
  const [isMaking, setMaking] = useState(false);
  const [removing, setRemoving] = useState<ReturnAddressWire | undefined>();
  const create = (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {words.create}
    </Button>
  );
  const settings = useSettingsAside('shop');
  return (
    <Page title={words.title} back="/settings" detail={settings}>
      <div className="stack stack--wide">
        <p>{words.lead}</p>
        {addresses.length === 0 ? (
          <EmptyState icon="link" title={words.emptyTitle} action={create}>
            {words.emptyBody}
          </EmptyState>
        ) : (
          <>
            <div className="row">{create}</div>
            <List label={words.list}>
              {addresses.map((address) => (
                <AddressRow key={address.id} address={address} onRemove={() => setRemoving(address)} />
              ))}
            </List>
          </>
        )}
      </div>
      {isMaking ? (
        <NewAddressSheet
          words={words}
          path={addressesPath}
          schema={returnSecretResponse}
          list={addressesQuery}
          onClose={() => setMaking(false)}
        />
      ) : null}
      {removing ? <RemoveSheet address={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Page>
  );
}

type AddressRowProps = { readonly address: ReturnAddressWire; readonly onRemove: () => void };

function AddressRow({ address: { url, createdAt }, onRemove }: AddressRowProps) {
  const words = useMessages(returnAddressMessages);
  const language = useLanguage();
  return (
    <ListRow
      icon="link"
      title={
        <span className="return-address__url">
          <UrlText url={url} />
        </span>
      }
      detail={<time dateTime={createdAt}>{words.added(formatMoment(createdAt, new Date(), language))}</time>}
      end={
        <Button variant="quiet" onClick={onRemove}>
          {words.remove}
          <span className="visually-hidden"> {url}</span>
        </Button>
      }
    />
  );
}
