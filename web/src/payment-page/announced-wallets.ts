/** Wallets in this browser that announce themselves to pages (EIP-6963), and one that only stands in the page as wallets did before. */

/** Asks a wallet (EIP-1193). */
export type Provider = {
  readonly request: (asked: { readonly method: string; readonly params?: unknown }) => Promise<unknown>;
  readonly on?: ((event: string, listener: () => void) => void) | undefined;
  readonly removeListener?: ((event: string, listener: () => void) => void) | undefined;
};

export type AnnouncedWallet = {
  readonly id: string;
  /** Undefined for one that did not say its name. */
  readonly name: string | undefined;
  /** A picture in itself (`data:`); undefined where there is none that may be shown. */
  readonly icon: string | undefined;
  readonly provider: Provider;
};

const walletsMax = 12;
const nameMax = 40;
// A picture of a wallet is a few kilobytes; more would be something else.
const iconCharactersMax = 100_000;
const iconShape = /^data:image\/(?:png|jpeg|webp|gif|svg\+xml)[;,]/i;

/**
 * Reads what a wallet says of itself. It is a stranger's: any extension can announce anything.
 *
 * @returns undefined for what is no announcement.
 * @see https://eips.ethereum.org/EIPS/eip-6963
 */
export function readAnnouncement(detail: unknown): AnnouncedWallet | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined;
  const { info, provider } = detail as { info?: unknown; provider?: unknown };
  if (typeof info !== 'object' || info === null || !isProvider(provider)) return undefined;
  const { uuid, name, icon } = info as { uuid?: unknown; name?: unknown; icon?: unknown };
  if (typeof uuid !== 'string' || uuid === '' || typeof name !== 'string') return undefined;
  const shown = name
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, nameMax);
  return { id: uuid.slice(0, nameMax), name: shown === '' ? undefined : shown, icon: readIcon(icon), provider };
}

/** Drawn as a picture it can run nothing and load nothing; anything but a picture in itself is not drawn. */
function readIcon(icon: unknown): string | undefined {
  const isPicture = typeof icon === 'string' && icon.length <= iconCharactersMax && iconShape.test(icon.trim());
  return isPicture ? icon.trim() : undefined;
}

function isProvider(value: unknown): value is Provider {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Provider>).request === 'function';
}

/** The wallets of this browser, as they come. */
export type AnnouncedWallets = {
  readonly read: () => readonly AnnouncedWallet[];
  readonly subscribe: (listener: () => void) => () => void;
};

export function createAnnouncedWallets(page: Window): AnnouncedWallets {
  let wallets: readonly AnnouncedWallet[] = [];
  const old = (page as { ethereum?: unknown }).ethereum;
  const unnamed = isProvider(old) ? [{ id: 'page', name: undefined, icon: undefined, provider: old }] : [];
  let shown: readonly AnnouncedWallet[] = unnamed;
  return {
    read: () => shown,
    subscribe(listener) {
      const hear = (event: Event) => {
        const wallet = readAnnouncement((event as CustomEvent<unknown>).detail);
        if (!wallet || wallets.length >= walletsMax || wallets.some(({ id }) => id === wallet.id)) return;
        wallets = [...wallets, wallet];
        // One that announces itself stands in the page, too.
        shown = wallets;
        listener();
      };
      page.addEventListener('eip6963:announceProvider', hear);
      page.dispatchEvent(new Event('eip6963:requestProvider'));
      return () => page.removeEventListener('eip6963:announceProvider', hear);
    },
  };
}
