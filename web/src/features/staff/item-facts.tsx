import type { SuspenseItemWire } from '@feiqian/domain/api/staff';
import { formatExactTime } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { useGatewayTitle } from '../../lib/gateways.ts';
import { AddressText } from '../../ui/address-text.tsx';
import type { Fact } from '../../ui/receipt.tsx';
import { ItemMoney } from './item-money.tsx';
import { staffMessages } from './messages.ts';
import './staff.css';

/** What is known of an item, in the order in which one asks. */
export function useItemFacts(item: SuspenseItemWire): Fact[] {
  const words = useMessages(staffMessages);
  const language = useLanguage();
  const sourceFacts = useSourceFacts(item);
  const { ordered, person, resolution } = item;
  return [
    ...(ordered ? [{ label: words.ordered, value: <ItemMoney money={ordered} /> }] : []),
    ...sourceFacts,
    {
      label: words.mayBelong,
      value: person ? (
        <>
          @{person.handle} · {person.email}
        </>
      ) : (
        words.unknownPerson
      ),
      note: person ? words.hint : undefined,
      tall: true,
    },
    { label: words.when, value: formatExactTime(item.createdAt, language) },
    ...(resolution
      ? [
          ...(resolution.by === null ? [] : [{ label: words.by, value: `@${resolution.by}` }]),
          { label: words.at, value: formatExactTime(resolution.at, language) },
          ...(resolution.note === null ? [] : [{ label: words.note, value: resolution.note, tall: true }]),
        ]
      : []),
    { label: words.number, value: <span className="staff-number">{item.id}</span>, tall: true },
  ];
}

function useSourceFacts({ source }: SuspenseItemWire): Fact[] {
  const words = useMessages(staffMessages);
  const book = useAssetBook();
  const gatewayTitle = useGatewayTitle();
  if (source.kind === 'gateway') {
    return [
      { label: words.gateway, value: gatewayTitle(source.gateway) },
      { label: words.orderNumber, value: <span className="staff-number">{source.orderNumber}</span>, tall: true },
    ];
  }
  const chain = book.chains.find(({ chainId }) => chainId === source.chainId);
  return [
    ...(source.tokens ? [{ label: words.tokens, value: <ItemMoney money={source.tokens} /> }] : []),
    { label: words.chain, value: chain?.name ?? `${source.chainId}` },
    {
      label: source.tokens ? words.holder : words.receiver,
      value: <AddressText address={source.address} />,
      tall: true,
    },
    { label: words.transaction, value: <span className="staff-number">{source.txHash}</span>, tall: true },
  ];
}
