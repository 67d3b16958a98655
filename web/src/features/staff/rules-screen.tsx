import type { ActiveRules } from '@feiqian/domain/api/monitoring';
import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { type Rule, type RuleKind, type RuleSet, ruleSchema, ruleSetSchema } from '@feiqian/domain/monitoring/rules';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { formatExactTime } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useEscape } from '../../ui/use-escape.ts';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { generalFields, ruleFields } from './rule-fields.ts';
import { RuleForm } from './rule-form.tsx';
import { rulesQuery } from './rule-queries.ts';
import { ruleMessages } from './rule-words.ts';
import { RulesChange } from './rules-change.tsx';
import { useSay } from './use-say.ts';

const path = '/staff/rules';
/** In the place of a rule's name: no rule is named so, for its dash. */
const generalName = 'how-holds-are-handled';

/** The rules of monitoring, and on a desk the one that is changed beside them. What is changed is kept until it is made a version. */
export function RulesScreen({ openName }: { readonly openName?: string | undefined }) {
  const words = useMessages(ruleMessages);
  const common = useMessages(commonMessages);
  const isDesk = useIsDesk();
  const [, navigate] = useLocation();
  const { data: active, error, isPending, refetch } = useQuery(rulesQuery);
  // Above both arrangements, so that what was changed outlives the way between them.
  const [changed, setChanged] = useState<RuleSet>();
  useEscape(openName ? () => navigate(path) : undefined);
  if (!active) {
    return (
      <Page title={words.title} back="/settings">
        {isPending ? (
          <Skeleton rows lines={8} />
        ) : (
          <Failure
            error={error}
            effect={words.notRead}
            action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
          />
        )}
      </Page>
    );
  }
  const rules = changed ?? active.rules;
  const change = (next: RuleSet) => {
    setChanged(next);
    const isGone = next.rules.length < rules.rules.length;
    if (!isDesk || isGone) navigate(path);
  };
  const detail = openName ? (
    <RuleDetail key={openName} name={openName} rules={rules} onChange={change} />
  ) : (
    <EmptyState icon="shield" title={words.chooseTitle}>
      {words.chooseBody}
    </EmptyState>
  );
  if (openName && !isDesk) {
    return (
      <Page title={words.title} back={path}>
        {detail}
      </Page>
    );
  }
  const add = (rule: Rule) => {
    setChanged({ ...rules, rules: [...rules.rules, rule] });
    navigate(`${path}/${rule.name}`);
  };
  return (
    <Page title={words.title} back="/settings" detail={isDesk ? detail : undefined}>
      <div className="stack stack--wide">
        <ActiveVersion active={active} />
        <RuleList active={active} rules={rules} openName={openName} />
        <AddRule rules={rules} onAdd={add} />
        <RulesChange active={active} rules={rules} onDone={() => setChanged(undefined)} />
      </div>
    </Page>
  );
}

function ActiveVersion({ active: { version, by, note, createdAt } }: { readonly active: ActiveRules }) {
  const words = useMessages(ruleMessages);
  const language = useLanguage();
  return (
    <Banner tone="plain" title={words.version(version)}>
      <p className="text-small">{words.lead}</p>
      {by === null || note === null || createdAt === null ? null : (
        <p className="text-soft text-small">{words.versionNote(by, formatExactTime(createdAt, language), note)}</p>
      )}
    </Banner>
  );
}

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

type RuleListProps = {
  readonly active: ActiveRules;
  readonly rules: RuleSet;
  readonly openName: string | undefined;
};

function RuleList({ active, rules, openName }: RuleListProps) {
  const words = useMessages(ruleMessages);
  const { say, sayGeneral } = useSay();
  const mark = (isChanged: boolean) => (isChanged ? <StateText state="waiting">{words.changed}</StateText> : null);
  return (
    <Section title={words.list}>
      <List label={words.list}>
        <ListRow
          icon="clock"
          title={words.general}
          detail={
            <>
              {mark(!isSame(sayGeneral(active.rules), sayGeneral(rules)))}
              <span>{sayGeneral(rules)}</span>
            </>
          }
          href={`${path}/${generalName}`}
          current={openName === generalName}
        />
        {rules.rules.map((rule) => (
          <ListRow
            key={rule.name}
            icon={rule.outcome === 'block' ? 'close' : 'shield'}
            title={words.kinds[rule.rule]}
            detail={
              <>
                {mark(!active.rules.rules.some((one) => isSame(one, rule)))}
                <span>
                  {words.outcomes[rule.outcome]} · {say(rule)}
                </span>
              </>
            }
            href={`${path}/${rule.name}`}
            current={openName === rule.name}
          />
        ))}
      </List>
    </Section>
  );
}

type RuleDetailProps = {
  readonly name: string;
  readonly rules: RuleSet;
  readonly onChange: (rules: RuleSet) => void;
};

function RuleDetail({ name, rules, onChange }: RuleDetailProps) {
  const words = useMessages(ruleMessages);
  if (name === generalName) {
    return (
      <RuleForm
        title={words.general}
        fields={generalFields}
        values={rules}
        onApply={(values) => onChange(ruleSetSchema.parse({ ...rules, ...values }))}
      />
    );
  }
  const rule = rules.rules.find((one) => one.name === name);
  if (!rule) {
    return (
      <EmptyState icon="search" title={words.goneTitle}>
        {words.goneBody}
      </EmptyState>
    );
  }
  const replace = (...by: readonly Rule[]) =>
    onChange({ ...rules, rules: rules.rules.flatMap((one) => (one.name === name ? by : [one])) });
  return (
    <RuleForm
      title={words.kinds[rule.rule]}
      fields={ruleFields[rule.rule]}
      values={rule}
      outcome={rule.outcome}
      onApply={(values) => replace(ruleSchema.parse({ ...rule, ...values }))}
      onRemove={() => replace()}
    />
  );
}

type AddRuleProps = { readonly rules: RuleSet; readonly onAdd: (rule: Rule) => void };

/** One more rule of a kind, with the figures of the built-in one to begin with. */
function AddRule({ rules, onAdd }: AddRuleProps) {
  const words = useMessages(ruleMessages);
  const add = (kind: string) => {
    const model = defaultRules.rules.find(({ rule }) => rule === kind);
    if (!model) return;
    const isTaken = (name: string) => rules.rules.some((one) => one.name === name);
    let number = 1;
    while (isTaken(`${kind}_${number}`)) number += 1;
    onAdd({ ...model, name: `${kind}_${number}` });
  };
  return (
    <Select
      label={words.add}
      value=""
      onChange={(event) => add(event.target.value)}
      options={[
        { value: '', label: words.chooseKind },
        ...(Object.keys(words.kinds) as RuleKind[]).map((kind) => ({ value: kind, label: words.kinds[kind] })),
      ]}
    />
  );
}
