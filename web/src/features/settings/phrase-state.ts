/** What is shown to be written down. */
export type ShownPhrase = { readonly words: string[]; passphrase?: string };

/**
 * Empties a phrase that is no longer shown. React keeps what a component was given last until it has drawn its place twice
 * more; then it keeps nothing.
 */
export function forgetPhrase(phrase: ShownPhrase): void {
  phrase.words.length = 0;
  delete phrase.passphrase;
}

/** The course of writing the recovery phrase down: the password, the words, a check of some of them. */
export type PhraseState =
  | { readonly step: 'asking' }
  | { readonly step: 'shown'; readonly phrase: ShownPhrase }
  /** The words are out of the page's memory while some of them are asked for. */
  | { readonly step: 'checking'; readonly positions: readonly number[]; readonly isWrong: boolean }
  | { readonly step: 'checked' };

export type PhraseEvent =
  | { readonly type: 'revealed'; readonly phrase: ShownPhrase }
  | { readonly type: 'written'; readonly positions: readonly number[] }
  | { readonly type: 'judged'; readonly isCorrect: boolean }
  | { readonly type: 'hidden' };

/** Says what the screen shows next. The words leave the state as soon as they need not be seen. */
export function reducePhrase(state: PhraseState, event: PhraseEvent): PhraseState {
  switch (event.type) {
    case 'revealed':
      return { step: 'shown', phrase: event.phrase };
    case 'written':
      return state.step === 'shown' ? { step: 'checking', positions: event.positions, isWrong: false } : state;
    case 'judged':
      if (state.step !== 'checking') return state;
      return event.isCorrect ? { step: 'checked' } : { ...state, isWrong: true };
    case 'hidden':
      return { step: 'asking' };
    default:
      return event satisfies never;
  }
}

/**
 * Chooses which words to ask for: different ones, in order, never more than there are.
 *
 * @param random - Gives a whole number from 0 up to but not including its argument.
 */
export function choosePositions(wordCount: number, howMany: number, random: (below: number) => number): number[] {
  const left = Array.from({ length: wordCount }, (_, index) => index + 1);
  const chosen: number[] = [];
  while (chosen.length < howMany && left.length > 0) chosen.push(...left.splice(random(left.length), 1));
  return chosen.sort((a, b) => a - b);
}
