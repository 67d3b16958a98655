import type { AddedTokenWire } from '@feiqian/domain/api/tokens';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { useMessages } from '../../i18n/language-context.tsx';
import { addedTokensQuery, useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { nothing, sendJson } from '../../lib/http.ts';
import { UnverifiedMark } from '../../lib/unverified.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { shortenAddress } from '../../ui/shorten-address.ts';
import { EmptyState } from '../../ui/states.tsx';
import { tokenMessages } from './messages.ts';
import { tokenPath, useRefreshTokens } from './queries.ts';

/** The tokens that a person has added, a new one, and an end to one. */
export function TokensScreen() {
  const words = useMessages(tokenMessages);
  const { data: tokens } = useSuspenseQuery(addedTokensQuery);
  const [removing, setRemoving] = useState<AddedTokenWire | undefined>();
  const add = (
    <ButtonLink href="/tokens/add" variant="primary" icon="plus">
      {words.add}
    </ButtonLink>
  );
  return (
    <Page title={words.title} back="/">
      <div className="stack stack--wide">
        <p>{words.lead}</p>
        {tokens.length === 0 ? (
          <EmptyState icon="token" title={words.emptyTitle} action={add}>
            {words.emptyBody}
          </EmptyState>
        ) : (
          <>
            <div className="row">{add}</div>
            <List label={words.list}>
              {tokens.map((token) => (
                <TokenRow key={token.id} token={token} onRemove={() => setRemoving(token)} />
              ))}
            </List>
          </>
        )}
      </div>
      {removing ? <RemoveSheet token={removing} onClose={() => setRemoving(undefined)} /> : null}
    </Page>
  );
}

type TokenRowProps = { readonly token: AddedTokenWire; readonly onRemove: () => void };

function TokenRow({ token, onRemove }: TokenRowProps) {
  const words = useMessages(tokenMessages);
  const book = useAssetBook();
  return (
    <ListRow
      icon="token"
      title={token.symbol}
      detail={
        <>
          <UnverifiedMark asset={token} />
          <span>{[token.name, book.getChain(token.chainId).name, shortenAddress(token.address)].join('\u00a0· ')}</span>
        </>
      }
      end={
        <Button variant="quiet" onClick={onRemove}>
          {words.remove}
          <span className="visually-hidden"> {token.symbol}</span>
        </Button>
      }
    />
  );
}

/** Says what is hidden before a token is removed. */
function RemoveSheet({ token, onClose }: { readonly token: AddedTokenWire; readonly onClose: () => void }) {
  const words = useMessages(tokenMessages);
  const common = useMessages(commonMessages);
  const refresh = useRefreshTokens();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ method: 'DELETE', path: tokenPath(token), schema: nothing }),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  return (
    <Sheet title={words.removeTitle(token.symbol)} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p>{words.removeBody}</p>
        {error ? <Failure error={error} effect={words.notRemoved} /> : null}
        <div className="row">
          <Button variant="danger" busy={isPending ? words.removing : undefined} onClick={() => mutate()}>
            {words.remove}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
