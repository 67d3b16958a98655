import { type AddedTokenWire, addedTokenSchema } from '@feiqian/domain/api/tokens';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { isAddressEqual } from 'viem';
import { useLocation } from 'wouter';
import { commonMessages } from '../../i18n/common.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { useAssetBook } from '../../lib/assets.ts';
import { errorMessages, toErrorLine } from '../../lib/error-text.ts';
import { Failure } from '../../lib/failure.tsx';
import { sendJson } from '../../lib/http.ts';
import { CameraView } from '../../lib/scan/camera-view.tsx';
import { TakenNameBanner, takenNameOf, UnverifiedMark } from '../../lib/unverified.tsx';
import { useWallet } from '../../lib/wallet/wallet-context.tsx';
import { AddressText } from '../../ui/address-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/receipt.tsx';
import { useToast } from '../../ui/toast.tsx';
import { tokenMessages } from './messages.ts';
import { type TokenPlace, tokenPath, tokenQuery, useRefreshTokens } from './queries.ts';
import { readPlace } from './read-place.ts';

/** A token by its contract: what it says of itself, what that is worth, and one button. */
export function AddTokenScreen() {
  const words = useMessages(tokenMessages);
  const errors = useMessages(errorMessages);
  const language = useLanguage();
  const book = useAssetBook();
  const { address: own } = useWallet();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(book.chains[0]?.chainId ?? 0);
  const [isScanning, setScanning] = useState(false);
  const typed = readPlace(text);
  const chainId = typed.kind === 'place' ? (typed.chainId ?? chosen) : chosen;
  const isOwn = typed.kind === 'place' && isAddressEqual(typed.address, own);
  const isChainHere = book.chains.some((chain) => chain.chainId === chainId);
  const place = typed.kind === 'place' && !isOwn && isChainHere ? { chainId, address: typed.address } : undefined;
  const wrong = typed.kind === 'wrong' ? typed.code : isChainHere ? undefined : 'CHAIN_UNKNOWN';
  return (
    <Page title={words.addTitle} back="/tokens">
      <div className="stack stack--wide">
        <div className="stack">
          {book.chains.length > 1 ? (
            <Select
              label={words.chain}
              value={`${chainId}`}
              onChange={(event) => setChosen(Number(event.target.value))}
              options={book.chains.map((chain) => ({ value: `${chain.chainId}`, label: chain.name }))}
            />
          ) : null}
          <TextInput
            label={words.address}
            placeholder={words.addressPlaceholder}
            hint={words.addressHint}
            autoComplete="off"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={400}
            value={text}
            onChange={(event) => setText(event.target.value)}
            error={isOwn ? words.own : wrong && toErrorLine(errors[wrong], language)}
          />
          {isScanning ? (
            <CameraView
              onCode={(code) => {
                setText(code);
                setScanning(false);
              }}
            />
          ) : null}
          <Button icon="scan" onClick={() => setScanning(!isScanning)}>
            {isScanning ? words.stopScan : words.scan}
          </Button>
        </div>
        {place ? (
          <FoundToken key={tokenPath(place)} place={place} />
        ) : (
          <Button variant="primary" wide large blocked={words.enterAddress}>
            {words.add}
          </Button>
        )}
      </div>
    </Page>
  );
}

function FoundToken({ place }: { readonly place: TokenPlace }) {
  const words = useMessages(tokenMessages);
  const common = useMessages(commonMessages);
  const book = useAssetBook();
  const { data: token, error, refetch } = useQuery(tokenQuery(place));
  if (token) return <AddForm token={token} isThere={book.find(token.id) !== undefined} />;
  if (!error)
    return (
      <p className="text-soft" role="status">
        {words.looking}
      </p>
    );
  return (
    <Failure
      error={error}
      effect={words.notAdded}
      action={<Button onClick={() => void refetch()}>{common.retry}</Button>}
    />
  );
}

/** What the contract says of itself, what that is worth, and the button. */
function AddForm({ token, isThere }: { readonly token: AddedTokenWire; readonly isThere: boolean }) {
  const words = useMessages(tokenMessages);
  const book = useAssetBook();
  const toast = useToast();
  const [, navigate] = useLocation();
  const refresh = useRefreshTokens();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => sendJson({ method: 'PUT', path: tokenPath(token), schema: addedTokenSchema }),
    onSuccess: async () => {
      await refresh();
      toast(words.added(token.symbol));
      navigate('/tokens');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending && !isThere) mutate();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Section title={words.found} action={<UnverifiedMark asset={token} />}>
        <Facts
          facts={[
            { label: words.symbol, value: token.symbol },
            { label: words.name, value: token.name },
            { label: words.decimals, value: `${token.decimals}` },
            { label: words.chain, value: book.getChain(token.chainId).name },
            { label: words.contract, value: <AddressText address={token.address} />, tall: true },
          ]}
        />
      </Section>
      <TakenNameBanner taken={takenNameOf(token, book)} />
      <Banner tone="amber" title={words.anybodyTitle}>
        {words.anybodyBody}
      </Banner>
      {isThere ? null : <p className="text-soft text-small">{words.past}</p>}
      {error ? <Failure error={error} effect={words.notAdded} /> : null}
      <Button
        type="submit"
        variant="primary"
        wide
        large
        blocked={isThere ? words.already : undefined}
        busy={isPending ? words.adding : undefined}
      >
        {words.confirm(token.symbol)}
      </Button>
    </form>
  );
}
