import type { AssetWire, Balances } from '@feiqian/domain/api/chain';
import { decodeAmount } from '@feiqian/domain/money';
import { useMessages } from '../../i18n/language-context.tsx';
import { assetMessages, nameAsset } from '../../lib/asset-words.ts';
import { isUnverified, useAssetBook } from '../../lib/assets.ts';
import { heldOf, holdingOf } from '../../lib/balances.ts';
import { UnverifiedMark } from '../../lib/unverified.tsx';
import { AmountText } from '../../ui/amount-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Section } from '../../ui/page.tsx';
import { useMoneyText } from '../../ui/use-money-text.ts';
import { homeMessages } from './messages.ts';

type HoldingsProps = { readonly balances: Balances; readonly currency: string };

const cashSigns: Readonly<Record<string, string>> = { CNY: '¥', USD: '$' };

function SymbolMark({ asset }: { readonly asset: AssetWire }) {
  const isCash = asset.kind === 'cash';
  return (
    <span className={isCash ? 'home-symbol' : 'home-symbol home-symbol--token'} aria-hidden="true">
      {isCash ? (cashSigns[asset.symbol] ?? asset.symbol[0]) : asset.symbol[0]}
    </span>
  );
}

/** Two groups, because they are not the same thing: cash is the operator's promise, tokens are the person's own. */
export function Holdings({ balances, currency }: HoldingsProps) {
  const words = useMessages(homeMessages);
  const names = useMessages(assetMessages);
  const moneyText = useMoneyText();
  const book = useAssetBook();
  const cash = balances.cash.filter(
    ({ asset, available, pending }) => asset === currency || available !== '0' || pending !== '0',
  );
  // Whoever added a token looks for it, also while there is none of it.
  const tokens = book.assets.filter(
    (asset) => asset.kind !== 'cash' && (isUnverified(asset) || holdingOf(balances, asset.id) > 0n),
  );
  const hasAdded = tokens.some(isUnverified);
  return (
    <div className="home-holdings">
      <Section
        title={words.cashTitle}
        note={words.cashNote}
        action={
          <span className="home-holding__actions">
            <ButtonLink href="/withdraw" variant="quiet">
              {words.withdraw}
            </ButtonLink>
            {book.bridge ? (
              <ButtonLink href="/convert" variant="quiet">
                {words.convert}
              </ButtonLink>
            ) : null}
          </span>
        }
      >
        {cash.length === 0 ? <p className="home-holding__empty">{words.cashEmpty}</p> : null}
        <List label={words.cashTitle}>
          {cash.map(({ asset: id, available, pending }) => {
            const asset = book.get(id);
            const reserved = decodeAmount(pending);
            return (
              <ListRow
                key={id}
                mark={<SymbolMark asset={asset} />}
                title={nameAsset(asset, book, names)}
                detail={reserved > 0n ? words.reserved(moneyText(reserved, asset)) : undefined}
                href={`/history?asset=${encodeURIComponent(id)}`}
                end={<AmountText amount={decodeAmount(available)} unit={asset} />}
              />
            );
          })}
        </List>
      </Section>
      <Section
        title={words.tokenTitle}
        note={words.tokenNote}
        action={
          <ButtonLink href={hasAdded ? '/tokens' : '/tokens/add'} variant="quiet">
            {hasAdded ? words.addedTokens : words.addToken}
          </ButtonLink>
        }
      >
        {balances.unavailable.map((chainId) => (
          <Banner key={chainId} tone="offline" title={words.chainDown(book.getChain(chainId).name)} />
        ))}
        {tokens.length === 0 && balances.unavailable.length === 0 ? (
          <p className="home-holding__empty">{words.tokenEmpty}</p>
        ) : null}
        <List label={words.tokenTitle}>
          {tokens.map((asset) => (
            <ListRow
              key={asset.id}
              mark={<SymbolMark asset={asset} />}
              title={asset.symbol}
              detail={<TokenDetail asset={asset} balances={balances} />}
              href={`/history?asset=${encodeURIComponent(asset.id)}`}
              end={
                <AmountText
                  amount={holdingOf(balances, asset.id)}
                  unit={asset}
                  // A chain's own coin has eighteen decimals, and no place for them here.
                  precision={asset.kind === 'native' ? 'summary' : 'exact'}
                />
              }
            />
          ))}
        </List>
      </Section>
    </div>
  );
}

/** Where it lies, and what of it is on its way out. */
function TokenDetail({ asset, balances }: { readonly asset: AssetWire; readonly balances: Balances }) {
  const words = useMessages(homeMessages);
  const moneyText = useMoneyText();
  const book = useAssetBook();
  const held = heldOf(balances, asset.id);
  const parts = [
    ...(asset.chainId === undefined ? [] : [book.getChain(asset.chainId).name]),
    ...(held > 0n ? [words.held(moneyText(held, asset))] : []),
  ];
  return (
    <>
      <UnverifiedMark asset={asset} />
      <span>{parts.join(' · ')}</span>
    </>
  );
}
