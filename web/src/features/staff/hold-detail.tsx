import type { HoldWire } from '@feiqian/domain/api/monitoring';
import { decodeAmount } from '@feiqian/domain/money';
import { useQuery } from '@tanstack/react-query';
import { commonMessages } from '../../i18n/common.ts';
import { formatExactTime } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { useAssetBook } from '../../lib/assets.ts';
import { Failure } from '../../lib/failure.tsx';
import { useFields } from '../../lib/use-fields.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { StateText } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { type Fact, Facts, Receipt } from '../../ui/receipt.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { holdMessages } from './hold-messages.ts';
import { type HoldDraft, holdQuery } from './hold-queries.ts';
import { sayReason } from './hold-reasons.ts';
import { ItemMoney } from './item-money.tsx';
import './staff.css';

type HoldDetailProps = {
  readonly id: string;
  /** Told what is to be decided, to be reviewed. */
  readonly onDraft: (draft: HoldDraft) => void;
};

/** One held movement: whose it is, why it was stopped, and what can be decided. */
export function HoldDetail({ id, onDraft }: HoldDetailProps) {
  const words = useMessages(holdMessages);
  const common = useMessages(commonMessages);
  const { data: hold, error, isPending, refetch } = useQuery(holdQuery(id));
  if (hold) return <HoldPaper hold={hold} onDraft={onDraft} />;
  if (isPending) return <Skeleton lines={6} />;
  return (
    <Failure
      error={error}
      effect={words.notRead}
      action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
    />
  );
}

type HoldPaperProps = Pick<HoldDetailProps, 'onDraft'> & { readonly hold: HoldWire };

function HoldPaper({ hold, onDraft }: HoldPaperProps) {
  const words = useMessages(holdMessages);
  const facts = useHoldFacts(hold);
  const reasons = useReasons(hold);
  const isOpen = hold.state === 'open';
  return (
    <div className="stack stack--wide">
      <Receipt sealed={!isOpen} counterpart={<Facts facts={facts} />}>
        <div className="stack stack--tight">
          <h2>{words.kinds[hold.kind]}</h2>
          <ItemMoney money={hold.money} size="hero" />
          <div aria-live="polite">
            <StateText state={isOpen ? 'waiting' : hold.state === 'released' ? 'done' : 'failed'}>
              {words.states[hold.state]}
            </StateText>
          </div>
        </div>
      </Receipt>
      <Section title={words.why}>
        <ul className="stack stack--tight">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      </Section>
      {isOpen && hold.needsTwo ? (
        <Banner tone="amber" title={hold.approvedBy === null ? words.needsTwo : words.approvedBy(hold.approvedBy)} />
      ) : null}
      {hold.actions.length > 0 ? (
        <Section title={words.decideTitle}>
          <DecideForm hold={hold} onDraft={onDraft} />
        </Section>
      ) : null}
    </div>
  );
}

function useReasons({ reasons, money }: HoldWire): string[] {
  const words = useMessages(holdMessages);
  const language = useLanguage();
  const unit = useAssetBook().find(money.asset);
  const write = (text: string) => (unit ? formatMoney(decodeAmount(text), unit, language) : text);
  return reasons.map((reason) => sayReason(reason, words, write));
}

function useHoldFacts(hold: HoldWire): Fact[] {
  const words = useMessages(holdMessages);
  const language = useLanguage();
  const { person, recipient, endedAt, endedBy, note } = hold;
  return [
    {
      label: words.person,
      value: (
        <>
          @{person.handle} · {person.email}
        </>
      ),
      tall: true,
    },
    ...(recipient === null ? [] : [{ label: words.recipient, value: `@${recipient}` }]),
    { label: words.when, value: formatExactTime(hold.createdAt, language) },
    ...(hold.state === 'open'
      ? [{ label: words.until, value: formatExactTime(hold.expiresAt, language), note: words.untilNote, tall: true }]
      : []),
    ...(endedBy === null ? [] : [{ label: words.by, value: `@${endedBy}` }]),
    ...(endedAt === null ? [] : [{ label: words.at, value: formatExactTime(endedAt, language) }]),
    ...(note === null ? [] : [{ label: words.note, value: note, tall: true }]),
    { label: words.rules, value: `${hold.rulesVersion}` },
    { label: words.number, value: <span className="staff-number">{hold.id}</span>, tall: true },
  ];
}

function DecideForm({ hold, onDraft }: HoldPaperProps) {
  const words = useMessages(holdMessages);
  const [fields, change] = useFields({ note: '' });
  const note = fields.note.trim();
  const blocked = note === '' ? words.enterNote : undefined;
  const review = (action: HoldDraft['action']) => () =>
    onDraft(Object.freeze({ hold, action, note, idempotencyKey: crypto.randomUUID() }));
  return (
    <div className="stack">
      <TextInput
        label={words.note}
        hint={words.noteHint}
        autoComplete="off"
        maxLength={140}
        value={fields.note}
        onChange={(event) => change({ note: event.target.value })}
      />
      {hold.actions.includes('release') ? (
        <Button variant="primary" wide large blocked={blocked} onClick={review('release')}>
          {words.release}
        </Button>
      ) : null}
      <Button wide large blocked={blocked} onClick={review('refuse')}>
        {words.refuse}
      </Button>
    </div>
  );
}
