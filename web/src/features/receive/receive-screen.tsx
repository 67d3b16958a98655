import type { AssetWire } from '@feiqian/domain/api/chain';
import { formatPaymentUri } from '@feiqian/domain/codes/payment-uri';
import { convertAtPar } from '@feiqian/domain/money';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { formatMoney } from '../../i18n/money-text.ts';
import { AmountField } from '../../lib/amount-field.tsx';
import { useAssetBookIfKnown } from '../../lib/assets.ts';
import { BackupGate } from '../../lib/backup-nag.tsx';
import { flipAtPar } from '../../lib/par-flip.ts';
import { readTypedMoney } from '../../lib/typed-money.ts';
import { UnverifiedMark } from '../../lib/unverified.tsx';
import { useFields } from '../../lib/use-fields.ts';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QrCode } from '../../ui/qr-code.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useIsDesk } from '../../ui/use-is-desk.ts';
import { receiveMessages } from './messages.ts';
import './receive.css';

const anyToken = '';

/** The person's own address as a code that other wallets read too, with an asset and an amount if they want. */
export function ReceiveScreen({ handle }: { readonly handle: string | undefined }) {
  const words = useMessages(receiveMessages);
  const language = useLanguage();
  const isDesk = useIsDesk();
  // One's own address is known without the service.
  const book = useAssetBookIfKnown();
  const { address } = useWallet();
  const [{ assetId, text, inCash, note }, change] = useFields({
    assetId: anyToken,
    text: '',
    inCash: false,
    note: '',
  });
  const tokens = (book?.assets ?? []).filter(({ kind }) => kind === 'token');
  const asset = tokens.find(({ id }) => id === assetId);
  // One address serves every chain; a token lives on one.
  const chains = (book?.chains ?? []).filter(({ chainId }) => asset === undefined || chainId === asset.chainId);
  const par = asset && book?.findPar(asset.id);
  const unit = inCash && par ? par : asset;
  const typed = unit ? readTypedMoney(text, unit.decimals) : ({ state: 'empty' } as const);
  const uri = formatPaymentUri({
    recipient: address,
    chainId: asset?.chainId,
    token: asset?.address,
    amount:
      typed.state === 'ok' && asset && unit ? convertAtPar(typed.amount, unit.decimals, asset.decimals) : undefined,
  });
  // EIP-681 has no place for a note: it goes beside the code, to people, and never into it.
  const describeRequest = (code: string) => {
    const money = typed.state === 'ok' && unit ? formatMoney(typed.amount, unit, language) : undefined;
    return [[money ?? asset?.symbol, note.trim()].filter(Boolean).join(words.between), code].filter(Boolean).join('\n');
  };
  const otherWays = <OtherWays handle={handle} />;
  return (
    <Page title={words.title} back="/" detail={isDesk ? otherWays : undefined}>
      <BackupGate>
        <Segmented
          legend={words.asset}
          value={assetId}
          onChange={(value) => change({ assetId: value, inCash: false })}
          choices={[
            { value: anyToken, label: words.addressOnly },
            ...tokens.map((token) => ({ value: token.id, label: <TokenChoice token={token} tokens={tokens} /> })),
          ]}
        />
        <section className="receive-code" aria-label={words.yours}>
          <QrCode text={asset ? uri : address} label={words.qr(asset?.symbol ?? words.addressOnly)} />
          <div className="receive-code__address">
            <h2 className="section__title">{words.yours}</h2>
            <AddressText address={address} />
          </div>
          <div className="row">
            <CopyButton text={address} label={words.copyAddress} />
            {asset ? <CopyButton text={uri} label={words.copyLink} variant="quiet" /> : null}
            <ShareButton text={describeRequest(asset ? uri : address)} />
          </div>
          <UnverifiedMark asset={asset} />
          {chains.length > 0 ? (
            <p className="text-soft text-small">
              {words.chain(chains.map(({ name }) => words.chainName(name)).join(words.or))}
            </p>
          ) : null}
        </section>
        {asset && unit ? (
          <div className="stack stack--tight">
            <AmountField
              label={words.amount}
              text={text}
              onText={(value) => change({ text: value })}
              unit={unit}
              typed={typed}
              flip={
                par &&
                flipAtPar({
                  unit,
                  to: inCash ? asset : par,
                  text,
                  typed,
                  language,
                  onFlip: (value) => change({ inCash: !inCash, text: value }),
                })
              }
              autoFocus={false}
            />
            <p className="field__hint">{words.amountHint}</p>
            <TextInput
              label={words.note}
              hint={words.noteHint}
              optional
              value={note}
              maxLength={140}
              onChange={(event) => change({ note: event.target.value })}
            />
          </div>
        ) : null}
      </BackupGate>
      {isDesk ? null : otherWays}
    </Page>
  );
}

/** A token's symbol; with its chain where there are several of that name. */
function TokenChoice({ token, tokens }: { readonly token: AssetWire; readonly tokens: readonly AssetWire[] }) {
  const book = useAssetBookIfKnown();
  const isAmbiguous = tokens.some(({ id, symbol }) => id !== token.id && symbol === token.symbol);
  const chain = book?.chains.find(({ chainId }) => chainId === token.chainId);
  return (
    <>
      {isAmbiguous && chain ? `${token.symbol} · ${chain.name}` : token.symbol} <UnverifiedMark asset={token} />
    </>
  );
}

/** Other ways to be paid: a link that can be sent, and cash by name. */
function OtherWays({ handle }: { readonly handle: string | undefined }) {
  const words = useMessages(receiveMessages);
  return (
    <div className="stack stack--wide">
      <Section title={words.linkTitle} note={words.linkBody}>
        <ButtonLink href="/links/new" icon="link">
          {words.linkAction}
        </ButtonLink>
      </Section>
      {handle ? (
        <Section title={words.cashTitle} note={words.cashBody(handle)}>
          <CopyButton text={`@${handle}`} label={words.copyHandle} />
        </Section>
      ) : null}
    </div>
  );
}

/** Gives the code to another app, where the device lets pages do that. */
function ShareButton({ text }: { readonly text: string }) {
  const words = useMessages(receiveMessages);
  if (!('share' in navigator)) return null;
  return (
    // Who closes the system's sheet has shared nothing, and knows it.
    <Button variant="quiet" icon="share" onClick={() => void navigator.share({ text }).catch(() => undefined)}>
      {words.share}
    </Button>
  );
}
