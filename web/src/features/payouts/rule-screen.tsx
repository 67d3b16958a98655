import { type PayoutRuleWire, payoutRuleSchema } from '@feiqian/domain/api/payouts';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { sendJson } from '../../lib/http.ts';
import { payoutRulesQuery } from '../../lib/payout-rules.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useFlow } from '../../lib/use-flow.ts';
import { Page } from '../../ui/page.tsx';
import { payoutMessages } from './messages.ts';
import { rulesPath } from './queries.ts';
import type { RuleDraft } from './rule-form.ts';
import { RuleForm } from './rule-form-view.tsx';
import { RuleReview } from './rule-review.tsx';

const overview = '/settings/payouts';

type RuleScreenProps = {
  /** `CNY`, or nothing for a currency that has no rule yet. */
  readonly currency: string | undefined;
  readonly displayCurrency: string;
};

/** A rule, filled in or changed, and looked at once before it begins. */
export function RuleScreen({ currency, displayCurrency }: RuleScreenProps) {
  const words = useMessages(payoutMessages);
  const book = useAssetBook();
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const { data: rules } = useSuspenseQuery(payoutRulesQuery);
  // As it was when the form was opened: what pays out meanwhile changes nothing that is filled in.
  const [rule] = useState(() => rules.find(({ asset }) => asset === `iso4217:${currency}`));
  const flow = useFlow(sendRule, () => {
    void client.invalidateQueries(payoutRulesQuery);
    void client.invalidateQueries({ queryKey: ['payouts'] });
  });
  const free = book.assets.filter(({ kind, id }) => kind === 'cash' && !rules.some(({ asset }) => asset === id));
  const preferred = free.find(({ symbol }) => symbol === displayCurrency) ?? free[0];
  const settings = useSettingsAside('shop');
  const [chosen, choose] = useState(rule?.asset ?? preferred?.id);
  if ((currency !== undefined && !rule) || chosen === undefined) return <Redirect to={overview} replace />;
  return (
    <Page title={rule ? words.editTitle : words.newTitle} back={overview} detail={settings}>
      <RuleForm
        key={chosen}
        asset={chosen}
        rule={rule}
        currencies={rule ? [] : free}
        onCurrency={choose}
        onDraft={flow.review}
      />
      <RuleReview flow={flow} isNew={!rule} onClose={() => navigate(overview)} />
    </Page>
  );
}

function sendRule(draft: RuleDraft): Promise<PayoutRuleWire> {
  return draft.kind === 'set'
    ? sendJson({ path: rulesPath, body: draft.body, schema: payoutRuleSchema, idempotencyKey: draft.idempotencyKey })
    : sendJson({
        method: 'PATCH',
        path: `${rulesPath}/${draft.rule.id}`,
        body: draft.body,
        schema: payoutRuleSchema,
      });
}
