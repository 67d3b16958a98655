import { type Language, pickLanguage } from '../i18n/language.ts';

/** How the interface looks on this device. Nothing here is secret; it is read before log-in. */
export type Preferences = {
  /** `system` follows the device. */
  readonly theme: 'system' | 'light' | 'dark';
  /** `system` takes the browser's first language that we speak. */
  readonly language: 'system' | Language;
  /** Which colour means that a value rose; `system` is red in Chinese and green in English. */
  readonly rise: 'system' | 'red' | 'green';
  /** Whether amounts are covered, except where money is typed or approved. */
  readonly amountsHidden: boolean;
  /** Whether the counter says nothing aloud. */
  readonly counterMuted: boolean;
  /** Minutes without a touch after which the keys are locked. */
  readonly autoLockMinutes: AutoLockMinutes;
  /** For how long a payment in tokens can be undone before it is carried out; 0 sends it at once. */
  readonly undoMinutes: UndoMinutes;
};

/** The choices of the auto-lock. There is no "never": an open wallet on a left machine is the common theft. */
export const autoLockChoices = [1, 5, 15, 60] as const;
export type AutoLockMinutes = (typeof autoLockChoices)[number];

/** The choices of the time for undoing. Kept on the device, so that no service can take it away. */
export const undoChoices = [0, 2, 120, 1440] as const;
export type UndoMinutes = (typeof undoChoices)[number];

// public/appearance.js reads the same entry before the first paint.
const storageKey = 'feiqian.preferences';

export const defaultPreferences: Preferences = {
  theme: 'system',
  language: 'system',
  rise: 'system',
  amountsHidden: false,
  counterMuted: false,
  autoLockMinutes: 15,
  undoMinutes: 0,
};

function oneOf<Value>(choices: readonly Value[], value: unknown, fallback: Value): Value {
  return choices.find((choice) => choice === value) ?? fallback;
}

/** Reads stored text. Whatever is missing, damaged or unknown becomes its default: it is only taste. */
export function parsePreferences(text: string | null): Preferences {
  let kept: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) kept = parsed as Record<string, unknown>;
  } catch {
    return defaultPreferences;
  }
  return {
    theme: oneOf(['system', 'light', 'dark'], kept.theme, 'system'),
    language: oneOf(['system', 'zh', 'en'], kept.language, 'system'),
    rise: oneOf(['system', 'red', 'green'], kept.rise, 'system'),
    amountsHidden: kept.amountsHidden === true,
    counterMuted: kept.counterMuted === true,
    autoLockMinutes: oneOf(autoLockChoices, kept.autoLockMinutes, defaultPreferences.autoLockMinutes),
    undoMinutes: oneOf(undoChoices, kept.undoMinutes, defaultPreferences.undoMinutes),
  };
}

/** The language that these preferences mean on this browser. */
export function languageOf(preferences: Preferences, browserLanguages: readonly string[]): Language {
  return preferences.language === 'system' ? pickLanguage(browserLanguages) : preferences.language;
}

/** Reads this device's preferences; a browser without storage has the defaults. */
export function loadPreferences(): Preferences {
  try {
    return parsePreferences(localStorage.getItem(storageKey));
  } catch {
    return defaultPreferences;
  }
}

/** Keeps preferences on this device. @returns whether the browser kept them. */
export function savePreferences(preferences: Preferences): boolean {
  try {
    localStorage.setItem(storageKey, JSON.stringify(preferences));
    return true;
  } catch {
    return false;
  }
}

/** Tells the listener when another tab changed them. @returns how to stop. */
export function followPreferences(listener: (preferences: Preferences) => void): () => void {
  const listen = ({ key }: StorageEvent) => {
    if (key === storageKey || key === null) listener(loadPreferences());
  };
  window.addEventListener('storage', listen);
  return () => window.removeEventListener('storage', listen);
}

/** Puts preferences onto the page: theme, direction colours and language for styles and screen readers. */
export function applyPreferences(preferences: Preferences, language: Language, root: HTMLElement): void {
  const theme = preferences.theme === 'system' ? undefined : preferences.theme;
  const lang = language === 'zh' ? 'zh-CN' : 'en';
  const rise = preferences.rise === 'system' ? (language === 'zh' ? 'red' : 'green') : preferences.rise;
  // Mostly public/appearance.js was here before; writing the same again would make the browser style the page anew.
  if (theme === undefined) delete root.dataset.theme;
  else if (root.dataset.theme !== theme) root.dataset.theme = theme;
  if (root.lang !== lang) root.lang = lang;
  if (root.dataset.rise !== rise) root.dataset.rise = rise;
  colourBar(preferences.theme, root.ownerDocument);
}

/** The bar above an installed page follows the system by itself; a chosen theme goes before. */
function colourBar(theme: Preferences['theme'], page: Document): void {
  for (const meta of page.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"][data-theme]')) {
    const own = meta.dataset.theme ?? '';
    const media = theme === 'system' ? `(prefers-color-scheme: ${own})` : theme === own ? 'all' : 'not all';
    if (meta.media !== media) meta.media = media;
  }
}
