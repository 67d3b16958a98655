import './phrase-words.css';

/** A recovery phrase to write down, numbered. It can't be selected: other programs can read the clipboard. */
export function PhraseWords({ words }: { readonly words: readonly string[] }) {
  return (
    <ol className="phrase-words" translate="no">
      {words.map((word, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a word may come twice, and its place is what matters
        <li key={index}>{word}</li>
      ))}
    </ol>
  );
}
