import type { Recognized } from '../../keyring/protocol.ts';
import { splitPhrase } from '../../keyring/split-phrase.ts';
import type { NamedWord } from './recognition.tsx';

/** The wrong words as they stand in the box. The last one is left in peace while it is being typed. */
export function nameWords(recognized: Recognized, text: string): readonly NamedWord[] {
  if (recognized.kind !== 'phrase_incomplete') return [];
  const words = splitPhrase(text);
  const isTyping = !/\s$/u.test(text) && words.length < 12;
  return recognized.unknown.flatMap((unknown) => {
    const word = words[unknown.position - 1];
    if (word === undefined || (isTyping && unknown.position === words.length)) return [];
    return [{ ...unknown, word: word.normalize('NFC') }];
  });
}
