import { type Html, html } from '@feiqian/domain/html';
import type { Language } from './language.ts';

/** Joins a page's content to the frame that all pages share. */
export function layoutPage({
  language,
  title,
  name,
  practice,
  switchTo,
  switchText,
  footer,
  isWide = false,
  script,
  content,
}: {
  readonly language: Language;
  readonly title: string;
  /** Whose page it is. */
  readonly name: string;
  readonly practice: string;
  /** Where the same page is in the other language. */
  readonly switchTo: string;
  readonly switchText: string;
  readonly footer: string;
  readonly isWide?: boolean;
  /** Path of a script that the page works without, too. */
  readonly script?: string;
  readonly content: Html;
}): string {
  const other = language === 'zh' ? 'en' : 'zh-CN';
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${name}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
${
  script === undefined
    ? null
    : html`<script src="${script}" defer></script>
`
}</head>
<body>
<header><p class="practice">${practice}</p><div class="bar"><span class="name"><span class="mark" aria-hidden="true"></span>${name}</span><a href="${switchTo}" hreflang="${other}" lang="${other}">${switchText}</a></div></header>
<main${isWide ? html` class="wide"` : null}>${content}</main>
<footer>${footer}</footer>
</body>
</html>
`.markup;
}
