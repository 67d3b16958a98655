import { useState } from 'react';
import { useMessages } from '../i18n/language-context.tsx';
import { Icon } from '../ui/icon.tsx';
import { type AnnouncedWallet, createAnnouncedWallets } from './announced-wallets.ts';
import { useWallets } from './hooks.ts';
import { paymentPageMessages } from './messages.ts';
import { Way } from './way.tsx';

type WalletWaysProps = {
  /** Whether the chain can't be reached just now. */
  readonly isAway: boolean;
  readonly onChoose: (wallet: AnnouncedWallet) => void;
};

/** Wallets of this browser that can pay without an account here. */
export function WalletWays({ isAway, onChoose }: WalletWaysProps) {
  const words = useMessages(paymentPageMessages);
  const [announced] = useState(() => createAnnouncedWallets(window));
  const wallets = useWallets(announced);
  return (
    <section className="pay__part" aria-labelledby="wallets">
      <h2 id="wallets">{words.walletsTitle}</h2>
      {isAway ? (
        <p className="text-soft text-small">{words.chainAway}</p>
      ) : wallets.length === 0 ? (
        <p className="text-soft text-small">{words.noWallets}</p>
      ) : (
        <>
          <p className="text-soft text-small">{words.walletsNote}</p>
          <ul className="pay__list">
            {wallets.map((wallet) => (
              <li key={wallet.id}>
                <Way
                  mark={<WalletMark wallet={wallet} />}
                  title={wallet.name ?? words.unnamedWallet}
                  end="chevronRight"
                  onClick={() => onChoose(wallet)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** The picture that a wallet gave, else its first letter. */
export function WalletMark({ wallet: { name, icon } }: { readonly wallet: AnnouncedWallet }) {
  const [isBroken, setBroken] = useState(false);
  if (icon !== undefined && !isBroken)
    return <img className="pay__icon" src={icon} alt="" width={28} height={28} onError={() => setBroken(true)} />;
  const [first] = name ?? '';
  return first === undefined ? <Icon name="token" /> : first.toLocaleUpperCase();
}
