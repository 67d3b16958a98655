import { AppError } from '@feiqian/domain/errors';
import type { PhraseAnswer } from './protocol.ts';

/** Fewer words at once, and a program could try them one after another. */
export const answersMin = 3;

/** Wrong answers after each time that the phrase was shown. */
export const attemptsMax = 5;

/**
 * Guards the question "did you write it down?". Somebody who runs code in the page but does not know the password must not
 * learn the phrase from the answers: they are given only after the phrase was shown with the password, only for several
 * words at once, and only a few times.
 */
export class PhraseCheck {
  #attemptsLeft = 0;

  /** The phrase has just been shown. */
  open(): void {
    this.#attemptsLeft = attemptsMax;
  }

  close(): void {
    this.#attemptsLeft = 0;
  }

  /**
   * Uses up one attempt.
   *
   * @throws {AppError} MNEMONIC_CHECK_CLOSED when there is none, or for too few different words.
   */
  begin(answers: readonly PhraseAnswer[]): { judge: (words: readonly string[]) => boolean } {
    const positions = new Set(answers.map(({ position }) => position));
    if (this.#attemptsLeft <= 0) throw new AppError('MNEMONIC_CHECK_CLOSED', 'The phrase must be shown again first.');
    if (positions.size < answersMin || positions.size !== answers.length) {
      throw new AppError('MNEMONIC_CHECK_CLOSED', 'Too few different words to check.');
    }
    this.#attemptsLeft -= 1;
    return {
      judge: (words) =>
        answers.every(({ position, word }) => words[position - 1] === word.normalize('NFKD').toLowerCase().trim()),
    };
  }
}
