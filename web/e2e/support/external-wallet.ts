/** A wallet of somebody else's in the browser: announced as EIP-6963 says, with a key that really signs. */
import type { BrowserContext } from 'playwright-core';
import { type Hex, hexToNumber, numberToHex, type TypedDataDefinition } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

/** What its owner does when it asks. */
export type Mood = 'agrees' | 'rejects' | 'cannot_sign';

export type ExternalWallet = {
  readonly address: Hex;
  readonly name: string;
  mood: Mood;
  /** Networks that were added to it, with where it was told to ask. */
  readonly added: { readonly chainId: number; readonly rpcUrl: string }[];
  /** What it was asked to sign, as it was written. */
  readonly signed: string[];
};

type Asked = { readonly method: string; readonly params?: readonly unknown[] };
type Answer = { readonly result: unknown } | { readonly code: number };

const icon = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" rx="2" fill="#2b5fd9"/><path d="M2 4h4" stroke="#fff"/></svg>')}`;

/** Puts a wallet into every page of a profile. It begins on Ethereum and knows no other network. */
export async function installWallet(profile: BrowserContext, name: string): Promise<ExternalWallet> {
  const account = privateKeyToAccount(generatePrivateKey());
  const wallet: ExternalWallet = { address: account.address, name, mood: 'agrees', added: [], signed: [] };
  const known = new Set([1]);
  let chainId = 1;
  const goTo = (to: number): Answer => {
    if (!known.has(to)) return { code: 4902 };
    chainId = to;
    return { result: null };
  };
  const sign = async (text: string): Promise<Answer> => {
    wallet.signed.push(text);
    const { types, ...rest } = JSON.parse(text) as TypedDataDefinition & { types: Record<string, unknown> };
    // As real ones do: only what is for the network that it is on.
    if (Number(rest.domain?.chainId) !== chainId) return { code: -32_602 };
    const { EIP712Domain: _domain, ...own } = types;
    return { result: await account.signTypedData({ ...rest, types: own } as TypedDataDefinition) };
  };
  const answer = async ({ method, params = [] }: Asked): Promise<Answer> => {
    const isAsking = method === 'eth_requestAccounts' || method === 'eth_signTypedData_v4';
    if (isAsking && wallet.mood === 'rejects') return { code: 4001 };
    switch (method) {
      case 'eth_requestAccounts':
        return { result: [account.address.toLowerCase()] };
      case 'eth_chainId':
        return { result: numberToHex(chainId) };
      case 'wallet_switchEthereumChain':
        return goTo(hexToNumber((params[0] as { chainId: Hex }).chainId));
      case 'wallet_addEthereumChain': {
        const chain = params[0] as { chainId: Hex; rpcUrls: [string] };
        wallet.added.push({ chainId: hexToNumber(chain.chainId), rpcUrl: chain.rpcUrls[0] });
        known.add(hexToNumber(chain.chainId));
        return goTo(hexToNumber(chain.chainId));
      }
      case 'eth_signTypedData_v4':
        return wallet.mood === 'cannot_sign' ? { code: -32_601 } : sign(params[1] as string);
      default:
        return { code: -32_601 };
    }
  };
  await profile.exposeFunction('askTestWallet', answer);
  await profile.addInitScript(announce, { uuid: crypto.randomUUID(), name, icon, rdns: 'example.wallet' });
  return wallet;
}

/** Runs in the page, before its first script. */
function announce(info: object): void {
  const ask = (globalThis as unknown as { askTestWallet: (asked: object) => Promise<object> }).askTestWallet;
  const provider = {
    request: async (asked: object) => {
      const answered = (await ask(asked)) as { result?: unknown; code?: number };
      if (answered.code !== undefined) throw Object.assign(new Error('no'), { code: answered.code });
      return answered.result;
    },
    on: () => undefined,
    removeListener: () => undefined,
  };
  const detail = Object.freeze({ info: Object.freeze(info), provider });
  const tell = () => dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  addEventListener('eip6963:requestProvider', tell);
  tell();
}
