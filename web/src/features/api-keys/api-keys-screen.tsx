import type { ApiKeyWire } from '@feiqian/domain/api/api-keys';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatMoment } from '../../i18n/formats.ts';
import { SentenceSpace, useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { apiKeyMessages } from './messages.ts';
import { NewKeySheet } from './new-key-sheet.tsx';
import { apiKeysQuery } from './queries.ts';
import { RevokeSheet } from './revoke-sheet.tsx';

/** Keys for the server of a shop: what there is, a new one, and an end to one. */
export function ApiKeysScreen() {
  const words = useMessages(apiKeyMessages);
  const { data: keys } = useSuspenseQuery(apiKeysQuery);
  const [isMaking, setMaking] = useState(false);
  const [ending, setEnding] = useState<ApiKeyWire | undefined>();
  const live = keys.filter(({ revokedAt }) => revokedAt === null);
  const revoked = keys.filter(({ revokedAt }) => revokedAt !== null);
  const create = (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {words.create}
    </Button>
  );
  const settings = useSettingsAside('shop');
  return (
    <Page title={words.title} back="/settings" detail={settings}>
      <div className="stack stack--wide">
        <p>
          {words.lead}
          <SentenceSpace />
          <a href="/docs">{words.docs}</a>
        </p>
        {live.length === 0 ? (
          <EmptyState icon="key" title={words.emptyTitle} action={create}>
            {words.emptyBody}
          </EmptyState>
        ) : (
          <>
            <div className="row">{create}</div>
            <List label={words.list}>
              {live.map((key) => (
                <KeyRow key={key.id} apiKey={key} onRevoke={() => setEnding(key)} />
              ))}
            </List>
          </>
        )}
        {revoked.length === 0 ? null : (
          <Section title={words.revokedList}>
            <List label={words.revokedList}>
              {revoked.map((key) => (
                <KeyRow key={key.id} apiKey={key} />
              ))}
            </List>
          </Section>
        )}
      </div>
      {isMaking ? <NewKeySheet onClose={() => setMaking(false)} /> : null}
      {ending ? <RevokeSheet apiKey={ending} onClose={() => setEnding(undefined)} /> : null}
    </Page>
  );
}

function KeyRow({ apiKey, onRevoke }: { readonly apiKey: ApiKeyWire; readonly onRevoke?: () => void }) {
  const words = useMessages(apiKeyMessages);
  const language = useLanguage();
  const { name, hint, scopes, lastUsedAt, revokedAt } = apiKey;
  const when = (instant: string) => formatMoment(instant, new Date(), language);
  const takes = scopes.includes('refunds:write') ? words.accessRefund : words.accessFull;
  const may = [
    scopes.includes('payment_requests:write') ? takes : words.accessRead,
    ...(scopes.includes('payouts:read') ? [words.accessPayouts] : []),
  ];
  const state =
    revokedAt !== null ? (
      <StateText state="failed">{words.revoked(when(revokedAt))}</StateText>
    ) : (
      <StateText state={lastUsedAt === null ? 'waiting' : 'done'}>
        {lastUsedAt === null ? words.neverUsed : words.used(when(lastUsedAt))}
      </StateText>
    );
  return (
    <ListRow
      icon="key"
      title={name}
      detail={
        <span className="list-row__lines">
          {[...may, words.ending(hint)].join(' · ')}
          {state}
        </span>
      }
      end={
        onRevoke ? (
          <Button variant="quiet" onClick={onRevoke}>
            {words.revoke}
            <span className="visually-hidden"> {name}</span>
          </Button>
        ) : undefined
      }
    />
  );
}
