/** The languages of the pages. */
export type Language = 'zh' | 'en';

/** The language that a person chose (`lang`), or else the first of ours that the browser asks for. */
export function chooseLanguage(chosen: unknown, acceptLanguage: string | undefined): Language {
  if (chosen === 'zh' || chosen === 'en') return chosen;
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters
        .map((parameter) => /^\s*q=([0-9.]+)\s*$/.exec(parameter)?.[1])
        .find((text) => text !== undefined);
      return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((left, right) => right.quality - left.quality);
  return wanted.find(({ language }) => language === 'zh' || language === 'en')?.language === 'zh' ? 'zh' : 'en';
}
