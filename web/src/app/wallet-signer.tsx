import { type ReactNode, use, useEffect, useState } from 'react';
import { BookKeeperProvider } from '../lib/address-book/use-address-book.ts';
import { useStartWallet } from '../lib/wallet/session-context.tsx';
import type { WalletAccount } from '../lib/wallet/session-store.ts';
import { WalletProvider } from '../lib/wallet/wallet-context.tsx';

type WalletSignerProps = { readonly userId: string; readonly account: WalletAccount; readonly children: ReactNode };

/** Gives the screens below the open wallet: its first address, and signatures by the keyring. */
export function WalletSigner({ userId, account, children }: WalletSignerProps) {
  const start = useStartWallet();
  const [running] = useState(() => start());
  const { signerOf, addressBook } = use(running);
  useEffect(() => void addressBook.open(), [addressBook]);
  return (
    <BookKeeperProvider value={addressBook}>
      <WalletProvider value={signerOf(userId, account.address)}>{children}</WalletProvider>
    </BookKeeperProvider>
  );
}
