import { createContext, type ReactNode, use, useEffect, useState, useTransition } from 'react';
import { LanguageContext } from '../i18n/language-context.tsx';
import { AmountsHidden } from '../ui/amounts-hidden.ts';
import {
  applyPreferences,
  followPreferences,
  languageOf,
  loadPreferences,
  type Preferences,
  savePreferences,
} from './preferences.ts';

type PreferencesValue = {
  readonly preferences: Preferences;
  /** Changes some of them, on the page at once and on this device. */
  readonly change: (part: Partial<Preferences>) => void;
};

const PreferencesContext = createContext<PreferencesValue | undefined>(undefined);

/** This device's preferences and how to change them. */
export function usePreferences(): PreferencesValue {
  const value = use(PreferencesContext);
  if (!value) throw new Error('usePreferences outside of PreferencesProvider');
  return value;
}

/** Gives the language and the preferences to everything below. */
export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [preferences, setPreferences] = useState(loadPreferences);
  // A change of language waits for its sentences with the old screen in place, instead of an empty one.
  const [, startTransition] = useTransition();
  const language = languageOf(preferences, navigator.languages);
  const change = (part: Partial<Preferences>) => {
    const next = { ...preferences, ...part };
    savePreferences(next);
    startTransition(() => setPreferences(next));
  };
  // What is hidden in one tab must not stay readable in another.
  useEffect(() => followPreferences(setPreferences), []);
  useEffect(() => {
    applyPreferences(preferences, language, document.documentElement);
  }, [preferences, language]);
  return (
    <PreferencesContext value={{ preferences, change }}>
      <LanguageContext value={language}>
        <AmountsHidden value={preferences.amountsHidden}>{children}</AmountsHidden>
      </LanguageContext>
    </PreferencesContext>
  );
}
