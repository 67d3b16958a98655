import type { ActiveRules, TriedRules } from '@feiqian/domain/api/monitoring';
import { decodeAmount } from '@feiqian/domain/money';
import type { RuleSet } from '@feiqian/domain/monitoring/rules';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { formatExactTime } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { FlowSheet } from '../../lib/flow-sheet.tsx';
import { useFields } from '../../lib/use-fields.ts';
import { useFlow } from '../../lib/use-flow.ts';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { type Fact, Facts, Receipt } from '../../ui/receipt.tsx';
import { changeRules, type RulesDraft, rulesQuery, tryRules } from './rule-queries.ts';
import { ruleMessages } from './rule-words.ts';
import { useSay } from './use-say.ts';

type RulesChangeProps = {
  readonly active: ActiveRules;
  /** The active ones, or what they were changed to. */
  readonly rules: RuleSet;
  readonly onDone: () => void;
};

/** Tries rules on what people did, and makes them the next version. */
export function RulesChange({ active, rules, onDone }: RulesChangeProps) {
  const words = useMessages(ruleMessages);
  const [fields, change] = useFields({ note: '' });
  const { mutate, data: tried, variables, error, isPending } = useMutation({ mutationFn: tryRules });
  const flow = useChange(() => {
    change({ note: '' });
    onDone();
  });
  const isChanged = JSON.stringify(rules) !== JSON.stringify(active.rules);
  const note = fields.note.trim();
  const blocked = isChanged ? (note === '' ? words.enterNote : undefined) : words.unchanged;
  return (
    <>
      <Button wide icon="search" busy={isPending ? words.trying : undefined} onClick={() => mutate(rules)}>
        {words.try}
      </Button>
      {error ? <Failure error={error} effect={words.notRead} /> : null}
      {tried && variables === rules ? <Tried tried={tried} rules={rules} /> : null}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (blocked === undefined) flow.review(Object.freeze({ active, rules, note }));
        }}
        noValidate
      >
        <TextInput
          label={words.note}
          hint={words.noteHint}
          autoComplete="off"
          maxLength={140}
          value={fields.note}
          onChange={(event) => change({ note: event.target.value })}
        />
        <Button type="submit" variant="primary" wide large blocked={blocked}>
          {words.checkChange}
        </Button>
      </form>
      <ChangeReview flow={flow} />
    </>
  );
}

function useChange(onDone: () => void) {
  const client = useQueryClient();
  return useFlow(
    async (draft: RulesDraft) => {
      try {
        return await changeRules(draft);
      } finally {
        void client.invalidateQueries({ queryKey: rulesQuery.queryKey });
      }
    },
    (active) => {
      client.setQueryData(rulesQuery.queryKey, active);
      onDone();
    },
  );
}

/** What rules would have done to what people did lately. */
function Tried({ tried, rules }: { readonly tried: TriedRules; readonly rules: RuleSet }) {
  const words = useMessages(ruleMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { movements, since, review, block, byRule, examples } = tried;
  if (since === null) return <p role="status">{words.triedNone}</p>;
  const write = (asset: string, amount: string) => {
    const unit = book.find(asset);
    return unit ? formatMoney(decodeAmount(amount), unit, language) : amount;
  };
  const facts: Fact[] = [
    { label: words.triedReview, value: words.times(review) },
    { label: words.triedBlock, value: words.times(block) },
    ...rules.rules.flatMap(({ name, rule }) => {
      const times = byRule[name];
      return times === undefined ? [] : [{ key: name, label: words.kinds[rule], value: words.times(times) }];
    }),
  ];
  return (
    <Section title={words.tried}>
      <div className="stack" role="status">
        <p>{words.triedOf(movements, formatExactTime(since, language))}</p>
        <Facts facts={facts} />
      </div>
      {examples.length > 0 ? (
        <List label={words.examples}>
          {examples.map(({ movementId, asset, amount, outcome, reasons, at }) => (
            <ListRow
              key={movementId}
              title={write(asset, amount)}
              detail={
                <>
                  <span>{words.outcomes[outcome]}</span>
                  <span>{reasons.map(({ rule }) => words.kinds[rule]).join(words.limitsJoin)}</span>
                  <time dateTime={at}>{formatExactTime(at, language)}</time>
                </>
              }
            />
          ))}
        </List>
      ) : null}
    </Section>
  );
}

/** The slip of a change: every rule that is not as before. */
function ChangeReview({ flow }: { readonly flow: ReturnType<typeof useChange> }) {
  const words = useMessages(ruleMessages);
  const [, navigate] = useLocation();
  const differences = useDifferences();
  return (
    <FlowSheet
      flow={flow}
      title={words.reviewTitle}
      receipt={(draft, isSealed) => (
        <Receipt
          sealed={isSealed}
          counterpart={<Facts facts={[{ label: words.note, value: draft.note, tall: true }]} />}
        >
          <h3>{words.newVersion(draft.active.version + 1)}</h3>
          <Facts facts={differences(draft)} />
        </Receipt>
      )}
      action={({ active }) => words.save(active.version + 1)}
      doneTitle={({ active }) => words.saved(active.version + 1)}
      busy={words.busy}
      onClose={() => navigate('/staff/rules')}
    />
  );
}

function useDifferences() {
  const words = useMessages(ruleMessages);
  const { say, sayGeneral } = useSay();
  return ({ active, rules }: RulesDraft): Fact[] => {
    const before = new Map(active.rules.rules.map((rule) => [rule.name, rule]));
    const after = new Map(rules.rules.map((rule) => [rule.name, rule]));
    const names = [...new Set([...before.keys(), ...after.keys()])];
    const write = (rule: RuleSet['rules'][number]) => `${words.outcomes[rule.outcome]} · ${say(rule)}`;
    const pairs = names.map((name) => {
      const [old, next] = [before.get(name), after.get(name)];
      const kind = next ?? old;
      return {
        key: name,
        label: kind ? words.kinds[kind.rule] : name,
        old: old && write(old),
        next: next && write(next),
      };
    });
    const general = { key: '', label: words.general, old: sayGeneral(active.rules), next: sayGeneral(rules) };
    return [general, ...pairs]
      .filter(({ old, next }) => old !== next)
      .map(({ key, label, old, next }) => ({
        key,
        label,
        value: next ?? words.removed,
        note: old === undefined ? words.added : words.before(old),
        tall: true,
      }));
  };
}
