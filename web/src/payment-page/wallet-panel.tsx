import { toAmount } from '@feiqian/domain/money';
import { useEffect, useEffectEvent, useReducer, useRef } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatMoney } from '../i18n/money-text.ts';
import { AmountText } from '../ui/amount-text.tsx';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Facts } from '../ui/receipt.tsx';
import { shortenAddress } from '../ui/shorten-address.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import type { AnnouncedWallet } from './announced-wallets.ts';
import { Failure } from './failure.tsx';
import type { KeptSignature } from './kept.ts';
import { paymentPageMessages } from './messages.ts';
import {
  askForAccount,
  type ConnectedWallet,
  goToChain,
  isOnChain,
  type Rail,
  readHolding,
  signPayment,
} from './wallet-payment.ts';
import { reduceWallet, type WalletEvent, type WalletState } from './wallet-state.ts';
import { WalletMark } from './wallet-ways.tsx';

type WalletPanelProps = {
  readonly wallet: AnnouncedWallet;
  readonly rail: Rail;
  readonly payee: string;
  /** Why the service refused what was signed before. */
  readonly failure: unknown;
  readonly onSigned: (signed: KeptSignature) => void;
  readonly onLeave: () => void;
};

/** Pays from one wallet: which account, how much of what, and one signature. */
export function WalletPanel({ wallet, rail, payee, failure, onSigned, onLeave }: WalletPanelProps) {
  const words = useMessages(paymentPageMessages);
  const { state, connect, switchChain, sign } = useWalletSteps(wallet, rail, onSigned);
  const name = wallet.name ?? words.unnamedWallet;
  const error = state.step === 'connecting' ? undefined : (state.error ?? failure);
  return (
    <section className="pay__part" aria-labelledby="wallet">
      <h2 id="wallet" className="pay__wallet" tabIndex={-1} ref={focus}>
        <span className="pay__mark">
          <WalletMark wallet={wallet} />
        </span>
        {name}
      </h2>
      {error ? <Failure error={error} /> : null}
      {state.step === 'connecting' ? (
        <>
          <Banner tone="amber" title={words.connecting(name)} />
          <Skeleton lines={3} />
        </>
      ) : state.step === 'refused' ? (
        <Button wide icon="refresh" onClick={connect}>
          {name}
        </Button>
      ) : (
        <Connected state={state} rail={rail} payee={payee} name={name} onSwitch={switchChain} onSign={sign} />
      )}
      <Button variant="quiet" onClick={onLeave}>
        {words.otherWay}
      </Button>
    </section>
  );
}

// Public chains have one name in every language; one on the operator’s machine is described by its.
const localChainId = 31_337;

// A change of what is shown takes the focus along, once.
function focus(heading: HTMLHeadingElement | null): void {
  heading?.focus();
}

type ConnectedProps = {
  readonly state: Extract<WalletState, { step: 'connected' }>;
  readonly rail: Rail;
  readonly payee: string;
  readonly name: string;
  readonly onSwitch: () => void;
  readonly onSign: () => void;
};

function Connected({ state, rail: { token, asset, chain }, payee, name, onSwitch, onSign }: ConnectedProps) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const total = toAmount(token.missing + token.fee);
  const { balance } = state.holding;
  const short = total > balance ? toAmount(total - balance) : undefined;
  const facts = [
    { label: words.account, value: <span title={state.wallet.account}>{shortenAddress(state.wallet.account)}</span> },
    { label: words.balance, value: <AmountText amount={balance} unit={asset} shown /> },
    { label: `${words.toPay} @${payee}`, value: <AmountText amount={token.missing} unit={asset} shown /> },
    ...(token.fee > 0n ? [{ label: words.fee, value: <AmountText amount={token.fee} unit={asset} shown /> }] : []),
    { label: words.total, value: <AmountText amount={total} unit={asset} shown /> },
  ];
  return (
    <>
      <Facts facts={facts} />
      <div className="pay__part">
        {state.isOnChain ? (
          <Button
            variant="primary"
            wide
            large
            blocked={short === undefined ? undefined : words.short(formatMoney(short, asset, language))}
            busy={state.doing === 'signing' ? words.signing(name) : undefined}
            onClick={onSign}
          >
            {words.sign(formatMoney(total, asset, language))}
          </Button>
        ) : (
          <>
            <Banner tone="amber" title={words.otherChain} />
            <Button
              variant="primary"
              wide
              large
              busy={state.doing === 'switching' ? words.switching : undefined}
              onClick={onSwitch}
            >
              {chain.chainId === localChainId ? words.switchToLocal : words.switchTo(chain.name)}
            </Button>
          </>
        )}
        <p className="text-soft text-small">{token.fee > 0n ? words.feeNote : words.feeNoteFree}</p>
      </div>
    </>
  );
}

/** Asks the wallet step by step, and again from the beginning when its owner changes account or network there. */
function useWalletSteps({ provider }: AnnouncedWallet, rail: Rail, onSigned: (signed: KeptSignature) => void) {
  const [state, dispatch] = useReducer(reduceWallet, { step: 'connecting' });
  // What an earlier turn still answers counts no more.
  const turn = useRef(0);
  const take = async (work: () => Promise<WalletEvent>): Promise<void> => {
    turn.current += 1;
    const mine = turn.current;
    const event = await work().catch((error: unknown) => ({ type: 'failed', error }) as const);
    if (mine === turn.current) dispatch(event);
  };
  const connect = () => {
    dispatch({ type: 'asked' });
    void take(async () => {
      const wallet = await askForAccount(provider);
      const [isThere, holding] = await Promise.all([
        isOnChain(wallet, rail.chain.chainId),
        readHolding(rail.asset, wallet.account),
      ]);
      return { type: 'connected', wallet, isOnChain: isThere, holding };
    });
  };
  const step = (doing: 'switching' | 'signing', work: (wallet: ConnectedWallet) => Promise<WalletEvent>) => {
    if (state.step !== 'connected' || state.doing !== 'nothing') return;
    dispatch({ type: 'began', doing });
    void take(() => work(state.wallet));
  };
  const begin = useEffectEvent(connect);
  const beginAgain = useEffectEvent(() => {
    if (state.step === 'connected' && state.doing !== 'signing') connect();
  });
  useEffect(() => {
    begin();
    const listen = () => beginAgain();
    for (const event of ['accountsChanged', 'chainChanged']) provider.on?.(event, listen);
    return () => {
      for (const event of ['accountsChanged', 'chainChanged']) provider.removeListener?.(event, listen);
    };
  }, [provider]);
  return {
    state,
    connect,
    switchChain: () =>
      step('switching', async (wallet) => {
        await goToChain(wallet, rail.chain);
        return { type: 'switched' };
      }),
    sign: () =>
      step('signing', async (wallet) => {
        // Asked again for the time, by which what is signed is valid.
        const { serviceMs } = await readHolding(rail.asset, wallet.account);
        onSigned(await signPayment(wallet, rail, serviceMs));
        return { type: 'signed' };
      }),
  };
}
