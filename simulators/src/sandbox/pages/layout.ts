import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

/** Joins a page's content to the frame that all pages share. */
export function layoutPage({
  language,
  title,
  bank,
  practice,
  switchTo,
  switchText,
  footer,
  isWide = false,
  content,
}: {
  readonly language: Language;
  readonly title: string;
  readonly bank: string;
  readonly practice: string;
  /** Where the same page is in the other language. */
  readonly switchTo: string;
  readonly switchText: string;
  readonly footer: string;
  readonly isWide?: boolean;
  readonly content: Html;
}): string {
  const other = language === 'zh' ? 'en' : 'zh-CN';
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${bank}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><p class="practice">${practice}</p><div class="bar"><span class="bank"><span class="mark" aria-hidden="true"></span>${bank}</span><a href="${switchTo}" hreflang="${other}" lang="${other}">${switchText}</a></div></header>
<main${isWide ? html` class="wide"` : null}>${content}</main>
<footer>${footer}</footer>
</body>
</html>
`.markup;
}

/** The bank's mark: an open ring. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M23 23a10 10 0 1 1 0-14" fill="none" stroke="#0b7285" stroke-width="6"/></svg>`;
