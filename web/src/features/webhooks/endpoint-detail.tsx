import {
  type WebhookDeliveryWire,
  type WebhookEndpointWire,
  webhookDeliverySchema,
  webhookEndpointSchema,
} from '@feiqian/domain/api/webhooks';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { nothing, sendJson } from '../../lib/http.ts';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useToast } from '../../ui/toast.tsx';
import { webhookMessages } from './messages.ts';
import { deliveriesQuery, endpointsPath } from './queries.ts';
import './webhooks.css';

type EndpointDetailProps = { readonly endpoint: WebhookEndpointWire; readonly onRemoved: () => void };

/** One address: a test, an end, and what was sent there. */
export function EndpointDetail({ endpoint, onRemoved }: EndpointDetailProps) {
  const words = useMessages(webhookMessages);
  const { data: deliveries } = useSuspenseQuery(deliveriesQuery(endpoint.id));
  const [isRemoving, setRemoving] = useState(false);
  return (
    <div className="stack stack--wide">
      <h2 className="webhook__url">{endpoint.url}</h2>
      <Actions endpoint={endpoint} onRemove={() => setRemoving(true)} />
      <Section title={words.sent}>
        {deliveries.length === 0 ? (
          <p className="text-soft">{words.nothingSent}</p>
        ) : (
          <List label={words.sent}>
            {deliveries.map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} />
            ))}
          </List>
        )}
      </Section>
      {isRemoving ? <RemoveSheet endpoint={endpoint} onRemoved={onRemoved} onClose={() => setRemoving(false)} /> : null}
    </div>
  );
}

/** Everything of webhooks is read again after a change. */
function useReadAgain(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ['webhooks'] });
}

function Actions({ endpoint, onRemove }: { readonly endpoint: WebhookEndpointWire; readonly onRemove: () => void }) {
  const words = useMessages(webhookMessages);
  const showToast = useToast();
  const readAgain = useReadAgain();
  const path = `${endpointsPath}/${endpoint.id}`;
  const isOn = endpoint.state === 'on';
  const test = useMutation({
    mutationFn: () =>
      sendJson({ path: `${path}/test`, schema: webhookDeliverySchema, idempotencyKey: crypto.randomUUID() }),
    onSuccess: () => showToast(words.tested),
    onSettled: readAgain,
  });
  const turn = useMutation({
    mutationFn: () =>
      sendJson({ method: 'PATCH', path, body: { state: isOn ? 'off' : 'on' }, schema: webhookEndpointSchema }),
    onSettled: readAgain,
  });
  const error = test.error ?? turn.error;
  return (
    <div className="stack">
      {error ? <Failure error={error} /> : null}
      <div className="row">
        {isOn ? (
          <Button icon="send" busy={test.isPending ? words.testing : undefined} onClick={() => test.mutate()}>
            {words.test}
          </Button>
        ) : null}
        <div className="webhook__quiet">
          <Button variant="quiet" onClick={() => turn.isPending || turn.mutate()}>
            {isOn ? words.turnOff : words.turnOn}
          </Button>
          <Button variant="quiet" onClick={onRemove}>
            {words.remove}
          </Button>
        </div>
      </div>
    </div>
  );
}

const marks = { waiting: 'waiting', delivered: 'done', failed: 'failed' } as const;

function DeliveryRow({ delivery }: { readonly delivery: WebhookDeliveryWire }) {
  const words = useMessages(webhookMessages);
  const language = useLanguage();
  const showToast = useToast();
  const readAgain = useReadAgain();
  const when = (instant: string) => formatMoment(instant, new Date(), language);
  const { id, type, state, lastError, nextAttemptAt, createdAt } = delivery;
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      sendJson({
        path: `/v1/webhook-deliveries/${id}/replay`,
        schema: webhookDeliverySchema,
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: () => showToast(words.replayed),
    onSettled: readAgain,
  });
  const told = [
    words.states[state],
    ...(lastError === null || state === 'delivered' ? [] : [words.failures[lastError]]),
    ...(state === 'waiting' && lastError !== null && nextAttemptAt !== null ? [words.nextAt(when(nextAttemptAt))] : []),
  ];
  return (
    <ListRow
      title={words.typeOf(type)}
      detail={
        <span className="list-row__lines">
          <StateText state={marks[state]}>{told.join(' · ')}</StateText>
          <time dateTime={createdAt}>{when(createdAt)}</time>
        </span>
      }
      end={
        state === 'waiting' ? undefined : (
          <Button variant="quiet" onClick={() => isPending || mutate()}>
            {words.replay}
            <span className="visually-hidden"> {words.typeOf(type)}</span>
          </Button>
        )
      }
    />
  );
}

type RemoveSheetProps = EndpointDetailProps & { readonly onClose: () => void };

function RemoveSheet({ endpoint, onRemoved, onClose }: RemoveSheetProps) {
  const words = useMessages(webhookMessages);
  const common = useMessages(commonMessages);
  const readAgain = useReadAgain();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ method: 'DELETE', path: `${endpointsPath}/${endpoint.id}`, schema: nothing }),
    onSuccess: () => {
      onClose();
      onRemoved();
      readAgain();
    },
  });
  return (
    <Sheet title={words.removeTitle} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p className="webhook__url">{endpoint.url}</p>
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
