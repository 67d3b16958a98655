import type { AssetWire } from '@feiqian/domain/api/chain';
import { useMessages } from '../i18n/language-context.tsx';
import { findTakenName, type TakenName } from '../keyring/token-names.ts';
import { Banner } from '../ui/banner.tsx';
import { Icon } from '../ui/icon.tsx';
import { type AssetBook, isUnverified } from './assets.ts';
import { unverifiedMessages } from './unverified-words.ts';
import './unverified.css';

/** Beside every name and amount of a token that was added by hand; nothing beside the others. */
export function UnverifiedMark({ asset }: { readonly asset: AssetWire | undefined }) {
  return asset && isUnverified(asset) ? <Mark /> : null;
}

function Mark() {
  const words = useMessages(unverifiedMessages);
  return (
    <span className="unverified">
      <Icon name="alert" size={14} />
      {words.unverified}
    </span>
  );
}

/** Says loudly that a token takes the name of another. */
export function TakenNameBanner({ taken }: { readonly taken: TakenName | undefined }) {
  return taken ? <TakenNameWords taken={taken} /> : null;
}

function TakenNameWords({ taken: { symbol, isListed } }: { readonly taken: TakenName }) {
  const words = useMessages(unverifiedMessages);
  return (
    <Banner tone="plum" title={isListed ? words.takesListed(symbol) : words.takesKnown(symbol)}>
      {isListed ? words.takesListedBody : words.takesKnownBody}
    </Banner>
  );
}

/** Whose name a token takes; one that is listed takes nobody's. */
export function takenNameOf(asset: AssetWire, book: AssetBook): TakenName | undefined {
  if (!isUnverified(asset)) return undefined;
  return findTakenName(
    asset,
    book.assets
      .filter((listed) => listed.kind !== 'cash' && !isUnverified(listed))
      .map(({ kind, symbol, name }) =>
        // A coin's name is that of its chain.
        kind === 'native' ? { symbol } : { symbol, name },
      ),
  );
}
