/** Paying from a wallet in the browser: one signature, which the service carries to the chain. Fetched when a wallet is chosen. */
import { buildCheckoutTypedData, type CheckoutSigned, checkoutReference } from '@feiqian/domain/authorizations';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, decodeAmount } from '@feiqian/domain/money';
import { type Address, getAddress, type Hex, pad, toHex } from 'viem';
import type { Provider } from './announced-wallets.ts';
import type { KeptSignature } from './kept.ts';
import type { Asset, Chain, TokenTerms } from './service.ts';
import { codeOfWallet, toWalletError, WalletError } from './wallet-error.ts';

/** A wallet that let this page see one of its accounts. */
export type ConnectedWallet = { readonly provider: Provider; readonly account: Address };

/** In what is paid, and on which chain. */
export type Rail = { readonly token: TokenTerms; readonly asset: Asset; readonly chain: Chain };

// The service takes what is valid for an hour at most; clocks differ.
const validSeconds = 3_000n;
const rpcTimeoutMs = 15_000;
const unknownChain = 4902;

/** Has the wallet ask its owner which account this page may see. @throws {WalletError} */
export async function askForAccount(provider: Provider): Promise<ConnectedWallet> {
  const accounts = await ask(provider, 'eth_requestAccounts');
  const [account] = Array.isArray(accounts) ? accounts : [];
  if (typeof account !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(account)) throw new WalletError('NO_ACCOUNT');
  return { provider, account: getAddress(account.toLowerCase()) };
}

/** Whether the wallet is on the chain of the token. @throws {WalletError} */
export async function isOnChain({ provider }: ConnectedWallet, chainId: number): Promise<boolean> {
  const answer = await ask(provider, 'eth_chainId');
  return typeof answer === 'string' && /^0x[0-9a-f]{1,13}$/i.test(answer) && Number(answer) === chainId;
}

/** Has the wallet go to the chain of the token, which it may have to learn of first. @throws {WalletError} OTHER_CHAIN when it stays. */
export async function goToChain(wallet: ConnectedWallet, { chainId, name, native }: Chain): Promise<void> {
  const id = toHex(chainId);
  try {
    await wallet.provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: id }] });
  } catch (error) {
    if (codeOfWallet(error) !== unknownChain) throw toWalletError(error);
    const nativeCurrency = { name: native.symbol, symbol: native.symbol, decimals: native.decimals };
    const rpcUrls = [`${location.origin}/rpc/${chainId}`];
    await ask(wallet.provider, 'wallet_addEthereumChain', [{ chainId: id, chainName: name, nativeCurrency, rpcUrls }]);
  }
  if (!(await isOnChain(wallet, chainId))) throw new WalletError('OTHER_CHAIN');
}

/** What an account has of a token, and what time it is where that was asked. */
export type Holding = { readonly balance: Amount; readonly serviceMs: number };

/** Asked of the chain by way of the service, whatever the wallet is connected to. @throws {AppError} CHAIN_UNAVAILABLE. */
export async function readHolding({ chainId, address }: Asset, account: Address): Promise<Holding> {
  // balanceOf(address)
  const data = `0x70a08231${pad(account).slice(2)}`;
  const body = { jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ to: address, data }, 'latest'] };
  try {
    const response = await fetch(`/rpc/${chainId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(rpcTimeoutMs),
    });
    const { result } = (await response.json()) as { result?: unknown };
    const saidMs = Date.parse(response.headers.get('date') ?? '');
    return { balance: toBalance(result), serviceMs: Number.isNaN(saidMs) ? Date.now() : saidMs };
  } catch (cause) {
    throw new AppError('CHAIN_UNAVAILABLE', 'The chain cannot be asked.', { cause });
  }
}

function toBalance(result: unknown): Amount {
  if (typeof result !== 'string' || !/^0x[0-9a-f]{64}$/i.test(result)) throw new TypeError('Not a word of the chain.');
  return decodeAmount(`${BigInt(result)}`);
}

/**
 * Has the wallet sign a payment of what is missing: to the checkout contract, for this request, at this fee and for a while.
 *
 * @param serviceMs - The time, by the service's clock.
 * @returns what the service carries to the chain.
 * @throws {WalletError}
 */
export async function signPayment(
  { provider, account }: ConnectedWallet,
  { token, asset, chain }: Rail,
  serviceMs: number,
): Promise<KeptSignature> {
  const [contract, tokenAddress] = [token.contract as Address, asset.address as Address];
  const terms = {
    merchant: token.address as Address,
    token: tokenAddress,
    amount: token.amount,
    validBefore: BigInt(token.validBefore),
    salt: token.salt as Hex,
  };
  // What is signed is for the request that is shown, or for none.
  if (checkoutReference({ chainId: chain.chainId, checkout: contract }, terms) !== token.reference)
    throw new AppError('INTERNAL', 'The terms are of another request.');
  const soon = BigInt(Math.floor(serviceMs / 1000)) + validSeconds;
  const signed: CheckoutSigned = {
    payer: account,
    amount: token.missing,
    fee: token.fee,
    feeReceiver: token.feeReceiver as Address,
    validAfter: 0n,
    validBefore: soon < terms.validBefore ? soon : terms.validBefore,
    salt: toHex(crypto.getRandomValues(new Uint8Array(32))),
  };
  const domain = { name: asset.name, version: '1', chainId: chain.chainId, verifyingContract: tokenAddress };
  const typedData = buildCheckoutTypedData(domain, contract, { kind: 'payment', terms, signed });
  const signature = toSignature(await ask(provider, 'eth_signTypedData_v4', [account, writeTypedData(typedData)]));
  return {
    key: crypto.randomUUID(),
    validBeforeSeconds: Number(signed.validBefore),
    body: {
      from: account,
      amount: `${signed.amount}`,
      fee: `${signed.fee}`,
      feeReceiver: signed.feeReceiver,
      validAfter: '0',
      validBefore: `${signed.validBefore}`,
      salt: signed.salt,
      signature,
    },
  };
}

/** As wallets want it: in JSON, with the type of the domain, numbers as text. */
function writeTypedData({ types, ...rest }: ReturnType<typeof buildCheckoutTypedData>): string {
  const EIP712Domain = [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ];
  return JSON.stringify({ types: { EIP712Domain, ...types }, ...rest }, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}

/** 65 bytes with v of 27 or 28, as contracts read it; some wallets count it from 0. */
function toSignature(answer: unknown): string {
  if (typeof answer !== 'string' || !/^0x[0-9a-f]{130}$/i.test(answer)) throw new WalletError('OTHER_SIGNATURE');
  const v = Number.parseInt(answer.slice(-2), 16);
  const end = v < 27 ? (v + 27).toString(16) : answer.slice(-2);
  return `${answer.slice(0, -2)}${end}`.toLowerCase();
}

/** @throws {WalletError} */
async function ask(provider: Provider, method: string, params?: readonly unknown[]): Promise<unknown> {
  try {
    return await provider.request(params ? { method, params } : { method });
  } catch (error) {
    throw toWalletError(error);
  }
}
