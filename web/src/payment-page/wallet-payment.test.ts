import { buildCheckoutTypedData, checkoutReference, checkTypedDataSignature } from '@feiqian/domain/authorizations';
import { toAmount } from '@feiqian/domain/money';
import { type Address, type Hex, hexToNumber } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Provider } from './announced-wallets.ts';
import type { Asset, Chain, TokenTerms } from './service.ts';
import { askForAccount, goToChain, isOnChain, type Rail, signPayment } from './wallet-payment.ts';

const account = privateKeyToAccount(generatePrivateKey());
const tokenAddress = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const contract = '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb';
const merchant = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const nowMs = 1_796_000_000_000;
const nowSeconds = 1_796_000_000n;
const chain: Chain = { chainId: 31_337, name: 'Local', native: { symbol: 'ETH', decimals: 18 }, status: 'following' };
const asset: Asset = {
  id: `eip155:31337/erc20:${tokenAddress}`,
  kind: 'token',
  symbol: 'CNYF',
  name: 'Feiqian Yuan',
  decimals: 6,
  chainId: 31_337,
  address: tokenAddress,
};

function aRail(validBefore = nowSeconds + 86_400n): Rail {
  const salt: Hex = `0x${'11'.repeat(32)}`;
  const terms = { merchant, token: tokenAddress, amount: 10_000_000n, validBefore, salt } as const;
  const token: TokenTerms = {
    asset: asset.id,
    amount: toAmount(terms.amount),
    missing: toAmount(6_000_000n),
    address: merchant,
    reference: checkoutReference({ chainId: chain.chainId, checkout: contract }, terms),
    contract,
    validBefore: `${validBefore}`,
    salt,
    fee: toAmount(20_000n),
    feeReceiver: '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  };
  return { token, asset, chain };
}

type Answers = Readonly<Record<string, (params: readonly unknown[]) => unknown>>;

/** A wallet that answers so, and refuses everything else as wallets do. */
function aWallet(answers: Answers): Provider & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    request: async ({ method, params = [] }): Promise<unknown> => {
      asked.push(method);
      const answer = answers[method];
      if (!answer) throw Object.assign(new Error('unsupported'), { code: -32_601 });
      return answer(params as readonly unknown[]);
    },
  };
}

function fail(code: number): () => unknown {
  return () => {
    throw Object.assign(new Error('no'), { code });
  };
}
const signing = (change: (signature: Hex) => unknown = (signature) => signature): Answers => ({
  eth_signTypedData_v4: async ([from, text]): Promise<unknown> => {
    expect(from).toBe(account.address);
    const { types, ...rest } = JSON.parse(text as string);
    expect(types.EIP712Domain.map(({ name }: { name: string }) => name)).toEqual([
      'name',
      'version',
      'chainId',
      'verifyingContract',
    ]);
    const { EIP712Domain: _domain, ...own } = types;
    return change(await account.signTypedData({ ...rest, types: own }));
  },
});
const connected = (provider: Provider) => ({ provider, account: account.address });

type Body = { from: Address; amount: string; fee: string; feeReceiver: Address; validAfter: string } & {
  validBefore: string;
  salt: Hex;
  signature: Hex;
};

describe('a payment that a wallet signs', () => {
  it('is what the service checks: what is missing, for this request, at this fee', async () => {
    const rail = aRail();
    const { body, key } = await signPayment(connected(aWallet(signing())), rail, nowMs);
    const { from, amount, fee, feeReceiver, validAfter, validBefore, salt, signature } = body as Body;
    expect({ from, amount, fee, validAfter }).toEqual({
      from: account.address,
      amount: '6000000',
      fee: '20000',
      validAfter: '0',
    });
    // The service takes an hour at most.
    expect(BigInt(validBefore) - nowSeconds).toBe(3_000n);
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    const domain = { name: 'Feiqian Yuan', version: '1', chainId: 31_337, verifyingContract: tokenAddress } as const;
    const typedData = buildCheckoutTypedData(domain, contract, {
      kind: 'payment',
      terms: {
        merchant,
        token: tokenAddress,
        amount: 10_000_000n,
        validBefore: BigInt(rail.token.validBefore),
        salt: rail.token.salt as Hex,
      },
      signed: {
        payer: from,
        amount: BigInt(amount),
        fee: BigInt(fee),
        feeReceiver,
        validAfter: 0n,
        validBefore: BigInt(validBefore),
        salt,
      },
    });
    await expect(checkTypedDataSignature(typedData, from, signature)).resolves.toBeUndefined();
  });

  it('is good no longer than the request', async () => {
    const { body } = await signPayment(connected(aWallet(signing())), aRail(nowSeconds + 60n), nowMs);
    expect((body as Body).validBefore).toBe(`${nowSeconds + 60n}`);
  });

  it('is not signed for other terms than those that the request is named by', async () => {
    const rail = aRail();
    const wallet = aWallet(signing());
    const other = { ...rail, token: { ...rail.token, address: contract } };
    await expect(signPayment(connected(wallet), other, nowMs)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(wallet.asked).toEqual([]);
  });

  it('is taken from wallets that count v from 0, and in capitals', async () => {
    const plain = (await signPayment(connected(aWallet(signing())), aRail(), nowMs)).body as Body;
    expect(['1b', '1c']).toContain(plain.signature.slice(-2));
    const from0 = signing((signature) => {
      const v = Number.parseInt(signature.slice(-2), 16) - 27;
      return `0x${signature.slice(2, -2).toUpperCase()}0${v}`;
    });
    const { signature } = (await signPayment(connected(aWallet(from0)), aRail(), nowMs)).body as Body;
    expect(signature).toMatch(/^0x[0-9a-f]{128}1[bc]$/);
  });

  it.each<[string, Answers]>([
    ['REJECTED', { eth_signTypedData_v4: fail(4001) }],
    ['CANNOT_SIGN', {}],
    ['OTHER_SIGNATURE', { eth_signTypedData_v4: () => `0x${'00'.repeat(200)}` }],
    ['OTHER_SIGNATURE', { eth_signTypedData_v4: () => null }],
  ])('is none: %s', async (problem, answers) => {
    await expect(signPayment(connected(aWallet(answers)), aRail(), nowMs)).rejects.toMatchObject({ problem });
  });
});

describe('a wallet', () => {
  it('gives an account as we write addresses', async () => {
    const wallet = aWallet({ eth_requestAccounts: () => [account.address.toLowerCase(), merchant] });
    expect((await askForAccount(wallet)).account).toBe(account.address);
    for (const none of [[], null, ['0x12'], [7]])
      await expect(askForAccount(aWallet({ eth_requestAccounts: () => none }))).rejects.toMatchObject({
        problem: 'NO_ACCOUNT',
      });
  });

  it('says on which chain it is', async () => {
    const on = (answer: unknown) => isOnChain(connected(aWallet({ eth_chainId: () => answer })), 31_337);
    expect([await on('0x7a69'), await on('0x7A69'), await on('0x1'), await on(31_337), await on(null)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('going to a chain', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('has a wallet that does not know it ask this service for it', async () => {
    vi.stubGlobal('location', { origin: 'https://wallet.example' });
    let chainId = 1;
    const added: object[] = [];
    const wallet = aWallet({
      eth_chainId: () => `0x${chainId.toString(16)}`,
      wallet_switchEthereumChain: fail(4902),
      wallet_addEthereumChain: ([one]) => {
        added.push(one as object);
        chainId = hexToNumber((one as { chainId: Hex }).chainId);
        return null;
      },
    });
    await goToChain(connected(wallet), chain);
    expect(added).toEqual([
      {
        chainId: '0x7a69',
        chainName: 'Local',
        nativeCurrency: { name: 'ETH', symbol: 'ETH', decimals: 18 },
        rpcUrls: ['https://wallet.example/rpc/31337'],
      },
    ]);
  });

  it('fails when the person says no, or the wallet stays where it is', async () => {
    const no = aWallet({ wallet_switchEthereumChain: fail(4001) });
    await expect(goToChain(connected(no), chain)).rejects.toMatchObject({ problem: 'REJECTED' });
    const stays = aWallet({ wallet_switchEthereumChain: () => null, eth_chainId: () => '0x1' });
    await expect(goToChain(connected(stays), chain)).rejects.toMatchObject({ problem: 'OTHER_CHAIN' });
  });
});
