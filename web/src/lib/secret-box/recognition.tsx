import { useMessages } from '../../i18n/language-context.tsx';
import type { Recognized, UnknownWord } from '../../keyring/protocol.ts';
import { AddressText } from '../../ui/address-text.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { secretBoxMessages } from './words.ts';

/** A word that is in no list, as it stands in the box. */
export type NamedWord = UnknownWord & { readonly word: string };

type RecognitionProps = {
  readonly recognized: Recognized;
  readonly named: readonly NamedWord[];
  readonly onReplace: (position: number, word: string) => void;
};

const phraseLengths = [12, 15, 18, 21, 24];
const namedMax = 3;

/** What the box has recognised, or what is wrong and what to do. */
export function Recognition({ recognized, named, onReplace }: RecognitionProps) {
  const words = useMessages(secretBoxMessages);
  switch (recognized.kind) {
    case 'empty':
      return null;
    case 'phrase':
      return <Banner tone="jade" title={words.phrase(recognized.count, words.languages[recognized.language])} />;
    case 'phrase_checksum_wrong':
      return (
        <Banner tone="plum" title={words.phraseWrong}>
          {words.phraseWrongAdvice}
        </Banner>
      );
    case 'phrase_incomplete':
      if (named.length > 0) return <WrongWords named={named} onReplace={onReplace} />;
      return (
        <p className="text-soft" role="status">
          {phraseLengths.includes(recognized.count) || recognized.count < 12
            ? words.count(recognized.count)
            : words.phraseShort(recognized.count)}
        </p>
      );
    case 'private_key':
    case 'address':
      return (
        <Banner tone="plain" title={recognized.kind === 'address' ? words.address : words.privateKey}>
          <AddressText address={recognized.address} />
        </Banner>
      );
    case 'keystore':
      return (
        <Banner tone="plain" title={recognized.address ? words.keystoreFor : words.keystore}>
          {recognized.address ? <AddressText address={recognized.address} /> : null}
        </Banner>
      );
    default:
      return <Refusal kind={recognized.kind} />;
  }
}

type RefusedKind = 'private_key_invalid' | 'keystore_invalid' | 'address_invalid' | 'vault' | 'unknown';

function Refusal({ kind }: { readonly kind: RefusedKind }) {
  const words = useMessages(secretBoxMessages);
  const [title, advice] = {
    private_key_invalid: [words.privateKeyInvalid, words.privateKeyInvalidAdvice],
    keystore_invalid: [words.keystoreInvalid, words.keystoreInvalidAdvice],
    address_invalid: [words.addressInvalid, words.addressInvalidAdvice],
    vault: [words.vault, words.vaultAdvice],
    unknown: [words.unknown, words.unknownAdvice],
  }[kind];
  return (
    <Banner tone="amber" title={title}>
      {advice}
    </Banner>
  );
}

function WrongWords({ named, onReplace }: Pick<RecognitionProps, 'named' | 'onReplace'>) {
  const words = useMessages(secretBoxMessages);
  return (
    <>
      {named.slice(0, namedMax).map(({ position, word, suggestions }) => (
        <Banner key={position} tone="amber" title={words.unknownWord(position, word)}>
          {suggestions.length === 0 ? (
            words.noIdea
          ) : (
            <div className="row">
              <span>{words.didYouMean}</span>
              {suggestions.map((suggested) => (
                <Button key={suggested} onClick={() => onReplace(position, suggested)}>
                  <span translate="no">{suggested}</span>
                  <span className="visually-hidden">{words.changeWord(suggested, position)}</span>
                </Button>
              ))}
            </div>
          )}
        </Banner>
      ))}
    </>
  );
}
