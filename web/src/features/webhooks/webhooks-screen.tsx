import { type WebhookEndpointWire, webhookSecretResponse } from '@feiqian/domain/api/webhooks';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { NewAddressSheet } from '../../lib/new-address-sheet.tsx';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { UrlText } from '../../ui/url-text.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { EndpointDetail } from './endpoint-detail.tsx';
import { webhookMessages } from './messages.ts';
import { endpointsPath, endpointsQuery, toEndpointMark } from './queries.ts';
import './webhooks.css';

const path = '/settings/webhooks';

/** Where the shop's server is told of payments; on a desk what was sent to the open address stands beside the list. */
export function WebhooksScreen({ openId }: { readonly openId?: string | undefined }) {
  const words = useMessages(webhookMessages);
  const isDesk = useIsDesk();
  const settings = useSettingsAside('shop');
  const [, navigate] = useLocation();
  const { data: endpoints } = useSuspenseQuery(endpointsQuery);
  const [isMaking, setMaking] = useState(false);
  const open = endpoints.find(({ id }) => id === openId);
  const detail = open ? (
    <EndpointDetail endpoint={open} key={open.id} onRemoved={() => navigate(path, { replace: true })} />
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
    <EmptyState icon="link" title={words.chooseTitle}>
      {words.chooseBody}
    </EmptyState>
  );
  return (
    <Page title={words.title} back="/settings" detail={isDesk && endpoints.length > 0 ? (detail ?? choose) : settings}>
      <div className="stack stack--wide">
        <p>{words.lead}</p>
        {endpoints.length === 0 ? (
          <EmptyState icon="link" title={words.emptyTitle} action={create}>
            {words.emptyBody}
          </EmptyState>
        ) : (
          <>
            <div className="row">{create}</div>
            <List label={words.list}>
              {endpoints.map((endpoint) => (
                <ListRow
                  key={endpoint.id}
                  icon="link"
                  title={
                    <span className="webhook__url">
                      <UrlText url={endpoint.url} />
                    </span>
                  }
                  detail={<EndpointState endpoint={endpoint} />}
                  href={`${path}/${endpoint.id}`}
                  current={endpoint.id === openId}
                />
              ))}
            </List>
          </>
        )}
      </div>
      {isMaking ? (
        <NewAddressSheet
          words={words}
          path={endpointsPath}
          schema={webhookSecretResponse}
          list={endpointsQuery}
          onClose={() => setMaking(false)}
        />
      ) : null}
    </Page>
  );
}

/** Whether it works, in words. */
function EndpointState({ endpoint }: { readonly endpoint: WebhookEndpointWire }) {
  const words = useMessages(webhookMessages);
  const language = useLanguage();
  const { state, reason, retryAt } = endpoint;
  const text =
    state === 'off'
      ? reason === 'ANSWERED_GONE'
        ? words.gone
        : words.off
      : retryAt === null
        ? words.on
        : words.failing(formatMoment(retryAt, new Date(), language));
  return <StateText state={toEndpointMark(endpoint)}>{text}</StateText>;
}
