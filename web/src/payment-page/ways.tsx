import { AppError } from '@feiqian/domain/errors';
import { useState } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatMoney } from '../i18n/money-text.ts';
import { useOnline } from '../lib/connection.ts';
import { codeOf } from '../lib/error-code.ts';
import { useTask } from '../lib/use-task.ts';
import { Banner } from '../ui/banner.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import type { AnnouncedWallet } from './announced-wallets.ts';
import type { Assets } from './assets.ts';
import { Failure } from './failure.tsx';
import { FeiqianWay, GuestWay } from './feiqian-way.tsx';
import { GatewayWays } from './gateway-ways.tsx';
import { createHandover } from './handover.ts';
import { useHandover, useLoaded } from './hooks.ts';
import { paymentPageMessages } from './messages.ts';
import { SaleBegun } from './sale-begun.tsx';
import { getMe, type Request } from './service.ts';
import type { WalletPanel } from './wallet-panel.tsx';
import { WalletWays } from './wallet-ways.tsx';

/** What was chosen, with what it takes to pay from it. */
type Chosen = { readonly wallet: AnnouncedWallet; readonly Panel: typeof WalletPanel };

type WaysProps = {
  readonly request: Request;
  /** Whether a part is paid already. */
  readonly isPartly: boolean;
  readonly assets: Assets;
  /** @param historyId - What the payer's own history calls it, when they have one here. */
  readonly onPaid: (historyId?: string) => void;
};

/** Every way to pay what is missing. */
export function Ways({ request, isPartly, assets, onPaid }: WaysProps) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const isOnline = useOnline();
  const [chosen, setChosen] = useState<Chosen | undefined>();
  const choosing = useTask();
  const [handover] = useState(() => createHandover(request.id, onPaid));
  const signature = useHandover(handover);
  const me = useLoaded(`me ${request.missing}`, getMe);
  if (signature.state === 'sending' || signature.state === 'resending')
    return (
      <Banner tone="amber" title={signature.state === 'sending' ? words.sendingTitle : words.resendingTitle}>
        {signature.state === 'sending' ? words.sendingBody : words.resendingBody}
      </Banner>
    );
  if (me.status === 'here' && me.value.handle === request.payee.handle)
    return (
      <Banner
        tone="plain"
        title={words.ownTitle}
        action={
          <a className="button button--secondary" href={`/links/${request.id}`}>
            {words.ownAction}
          </a>
        }
      >
        {words.ownBody}
      </Banner>
    );
  const error = signature.error ?? choosing.error;
  const rail = findRail(request, assets);
  if (chosen && rail)
    return (
      <chosen.Panel
        key={chosen.wallet.id}
        wallet={chosen.wallet}
        rail={rail}
        payee={request.payee.handle}
        failure={signature.error}
        onSigned={handover.hand}
        onLeave={() => setChosen(undefined)}
      />
    );
  const choose = (wallet: AnnouncedWallet) =>
    choosing.run(async () => {
      // Hashing and what else signing needs is fetched when somebody chooses a wallet.
      const { WalletPanel: Panel } = await loadPanel();
      setChosen({ wallet, Panel });
    });
  return (
    <section className="pay__ways" aria-label={words.ways} inert={!isOnline}>
      <SaleBegun request={request} />
      {isPartly ? (
        <Banner tone="amber" title={words.partlyTitle(write(request.received, request, assets, language))}>
          {words.partlyBody}
        </Banner>
      ) : null}
      {error ? <Failure error={error} /> : null}
      {me.status === 'loading' ? (
        <Skeleton lines={2} />
      ) : me.status === 'here' ? (
        <FeiqianWay request={request} assets={assets} me={me.value} onPaid={onPaid} />
      ) : codeOf(me.error) === 'SESSION_EXPIRED' ? (
        <GuestWay request={request} />
      ) : null}
      {rail ? <WalletWays isAway={rail.chain.status !== 'following'} onChoose={choose} /> : null}
      <GatewayWays request={request} />
      <p className="text-soft text-small">{words.safety}</p>
    </section>
  );
}

/** @throws {AppError} CHAIN_UNAVAILABLE: nothing was paid. */
const loadPanel = () =>
  import('./wallet-panel.tsx').catch((cause: unknown) => {
    throw new AppError('CHAIN_UNAVAILABLE', 'A part of the page could not be fetched.', { cause });
  });

function findRail({ token }: Request, assets: Assets) {
  if (!token) return undefined;
  const asset = assets.get(token.asset);
  return { token, asset, chain: assets.getChain(asset.chainId) };
}

const write = (
  amount: Request['received'],
  { money }: Request,
  assets: Assets,
  language: ReturnType<typeof useLanguage>,
): string => formatMoney(amount, assets.get(money.asset), language);
