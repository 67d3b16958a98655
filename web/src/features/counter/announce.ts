import { type Language, localeOf } from '../../i18n/language.ts';

/** Whether this browser has a voice at all. */
export const canSpeak = (): boolean => 'speechSynthesis' in window;

/** Says a sentence aloud, in the voice of its language. Nothing happens where there is none. */
export function speak(text: string, language: Language): void {
  if (!canSpeak()) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = localeOf[language];
  speechSynthesis.speak(utterance);
}

/** Says nothing, at a touch: iOS lets a page speak by itself only after it has spoken while it was touched. */
export function unlockSpeech(): void {
  if (canSpeak()) speechSynthesis.speak(new SpeechSynthesisUtterance(''));
}

/** Ends what is being said. */
export function hush(): void {
  if (canSpeak()) speechSynthesis.cancel();
}
