import type { HistoryEntry, LegWire } from '@feiqian/domain/api/history';
import { decodeAmount } from '@feiqian/domain/money';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { useGatewayTitle } from '../../lib/gateways.ts';
import { historyMessages } from '../../lib/history/words.ts';
import { AmountText } from '../../ui/amount-text.tsx';
import { Timeline, type TimelineLeg } from '../../ui/timeline.tsx';

const states = {
  waiting: 'waiting',
  pending: 'current',
  completed: 'done',
  failed: 'failed',
  dropped: 'failed',
} as const;

/** The steps of an event, like a parcel's tracking. */
export function Legs({ entry }: { readonly entry: HistoryEntry }) {
  const words = useMessages(historyMessages);
  const language = useLanguage();
  const now = Date.now();
  const timeOf = (at: string | null) => at && <time dateTime={at}>{formatMoment(at, now, language)}</time>;
  const legs = entry.legs.map(
    (leg, index): TimelineLeg => ({
      key: `${index}-${leg.rail}-${leg.kind}`,
      state: states[leg.status],
      title: words.legs[`${leg.rail}:${leg.kind}`] ?? leg.kind,
      detail: <LegDetail leg={leg} entry={entry} />,
      time: timeOf(leg.at),
    }),
  );
  return <Timeline legs={legs} label={words.stepsLabel} />;
}

function LegDetail({ leg, entry }: { readonly leg: LegWire; readonly entry: HistoryEntry }) {
  const words = useMessages(historyMessages);
  const book = useAssetBook();
  const unit = book.find(leg.asset);
  const gatewayTitle = useGatewayTitle();
  const provider = leg.gateway === null ? null : gatewayTitle(leg.gateway);
  const place = leg.chainId === null ? provider : book.chains.find(({ chainId }) => chainId === leg.chainId)?.name;
  return (
    <p>
      {unit ? <AmountText amount={decodeAmount(leg.amount)} unit={unit} /> : null}
      {place ? ` · ${place}` : null}
      {leg.blockNumber === null ? null : ` · ${words.block(leg.blockNumber)}`}
      {leg.status === 'dropped' ? ` · ${droppedAs(entry, words)}` : null}
      {leg.kind === 'transfer' && leg.status === 'waiting' && entry.stage === 'held' ? ` · ${words.planned}` : null}
    </p>
  );
}

/** Why a step did not happen, in a word. */
function droppedAs({ reason }: HistoryEntry, words: Awaited<ReturnType<typeof historyMessages.load>>): string {
  if (reason === 'UNDONE') return words.undone;
  return reason === 'CANCELLED' ? words.cancelled : words.dropped;
}
