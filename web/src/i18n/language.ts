/** The languages of the interface. */
export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

/** Tags for Intl and for the page's `lang`. */
export const localeOf = { zh: 'zh-CN', en: 'en-GB' } as const satisfies Record<Language, string>;

/**
 * The first language in a browser's list that the interface speaks; Chinese when there is none.
 *
 * @param browserLanguages - BCP 47 tags in order of preference, as in `navigator.languages`.
 */
export function pickLanguage(browserLanguages: readonly string[]): Language {
  for (const tag of browserLanguages) {
    const primary = tag.toLowerCase().split('-')[0];
    const language = languages.find((candidate) => candidate === primary);
    if (language) return language;
  }
  return 'zh';
}
