import { type ChangePayoutRule, type PayoutRuleWire, payoutRuleSchema } from '@feiqian/domain/api/payouts';
import { decodeAmount } from '@feiqian/domain/money';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { assetMessages } from '../../lib/asset-words.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { nothing, sendJson } from '../../lib/http.ts';
import { needsOwner, payoutRulesQuery } from '../../lib/payout-rules.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Switch } from '../../ui/field.tsx';
import { StateText } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useMoneyText } from '../../ui/use-money-text.ts';
import { payoutMessages } from './messages.ts';
import { rulesPath } from './queries.ts';
import { useRuleWords } from './use-rule-words.ts';
import './payouts.css';

type RuleProps = { readonly rule: PayoutRuleWire };

/** Turns a rule on or off; what is paid out is read again afterwards. */
function useTurn(rule: PayoutRuleWire) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ChangePayoutRule) =>
      sendJson({ method: 'PATCH', path: `${rulesPath}/${rule.id}`, body, schema: payoutRuleSchema }),
    onSettled: async () => {
      await client.invalidateQueries(payoutRulesQuery);
      void client.invalidateQueries({ queryKey: ['payouts'] });
    },
  });
}

/** One rule: what it says, how it stands, and what one can do about it. */
export function RuleCard({ rule }: RuleProps) {
  const words = useMessages(payoutMessages);
  const names = useMessages(assetMessages);
  const book = useAssetBook();
  const moneyText = useMoneyText();
  const { sentence } = useRuleWords();
  const [isRemoving, setRemoving] = useState(false);
  const turn = useTurn(rule);
  const unit = book.get(rule.asset);
  const isStopped = needsOwner(rule);
  return (
    <Section title={words.ruleFor(names.currency(unit.symbol))}>
      <div className="stack">
        {isStopped ? <WhyStopped rule={rule} /> : null}
        <p className="payout-rule__sentence">{sentence(rule)}</p>
        <p className="text-soft">{words.least(moneyText(decodeAmount(rule.min), unit))}</p>
        <RuleState rule={rule} />
        {isStopped ? null : (
          <Switch
            label={words.active}
            checked={rule.state === 'on'}
            onChange={(isOn) => turn.isPending || turn.mutate({ state: isOn ? 'on' : 'off' })}
          />
        )}
        {turn.error ? <Failure error={turn.error} effect={words.unchanged} /> : null}
        <div className="row">
          <ButtonLink href={`/settings/payouts/${unit.symbol}`} variant={isStopped ? 'primary' : 'secondary'}>
            {words.edit}
          </ButtonLink>
          {isStopped ? (
            <Button busy={turn.isPending ? words.restarting : undefined} onClick={() => turn.mutate({ state: 'on' })}>
              {words.restart}
            </Button>
          ) : null}
          <Button variant="quiet" onClick={() => setRemoving(true)}>
            {words.remove}
          </Button>
        </div>
      </div>
      {isRemoving ? <RemoveSheet rule={rule} onClose={() => setRemoving(false)} /> : null}
    </Section>
  );
}

/** Why a rule has stopped, and what to do about it. */
function WhyStopped({ rule: { reason } }: RuleProps) {
  const words = useMessages(payoutMessages);
  if (reason === null) return null;
  const { title, advice } = words.reasons[reason];
  return (
    <Banner tone="amber" title={title}>
      <p>{advice}</p>
    </Banner>
  );
}

function RuleState({ rule: { state, reason, nextAt } }: RuleProps) {
  const words = useMessages(payoutMessages);
  const language = useLanguage();
  if (state === 'off') return <StateText state="failed">{words.off}</StateText>;
  if (state === 'needs_attention') return <StateText state="waiting">{words.stopped}</StateText>;
  if (reason !== null) return <StateText state="waiting">{words.waiting(words.reasons[reason].title)}</StateText>;
  const next = nextAt === null ? [] : [words.nextAt(formatMoment(nextAt, new Date(), language))];
  return <StateText state="done">{[words.on, ...next].join(' · ')}</StateText>;
}

function RemoveSheet({ rule, onClose }: RuleProps & { readonly onClose: () => void }) {
  const words = useMessages(payoutMessages);
  const common = useMessages(commonMessages);
  const client = useQueryClient();
  const { sentence } = useRuleWords();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ method: 'DELETE', path: `${rulesPath}/${rule.id}`, schema: nothing }),
    onSuccess: async () => {
      await client.invalidateQueries(payoutRulesQuery);
      onClose();
    },
  });
  return (
    <Sheet title={words.removeTitle} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p className="payout-rule__sentence">{sentence(rule)}</p>
        <p>{words.removeBody}</p>
        {error ? <Failure error={error} effect={words.unchanged} /> : null}
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
