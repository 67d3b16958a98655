/** The one frame of all mails: what programs that show mail agree on, without anything to load. */
import type { Language } from '@feiqian/domain/api/auth';
import { type Html, html } from '@feiqian/domain/html';

/** One line of facts. */
export type Fact = { readonly label: string; readonly value: string; readonly href?: string };

/** What a mail says, before it has a form. */
export type MailBody = {
  readonly title: string;
  /** Set large; absent where there is none. */
  readonly figure?: string;
  readonly facts: readonly Fact[];
  /** Why whoever reads it got it. */
  readonly footer: string;
};

const names = { zh: '飞钱', en: 'Feiqian' } as const satisfies Record<Language, string>;

const fonts =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Noto Sans SC','Microsoft YaHei',sans-serif";

// Where a program shows it: the rest is written at each element, because some programs leave styles out.
const darkStyle = `@media (prefers-color-scheme:dark){.paper{background:#141110!important}.sheet{background:#1f1a17!important;border-color:#3a332c!important}
.ink{color:#f2ece3!important}.soft{color:#b3a798!important}.line{border-color:#3a332c!important}.link{color:#f0907f!important}}`;

/** The mail as people see it. */
export function renderHtml({ title, figure, facts, footer }: MailBody, language: Language): string {
  const body = html`<div class="sheet" style="background:#ffffff;border:1px solid #e3dacb;border-radius:12px;padding:28px 24px">
<h1 class="ink" style="margin:0 0 12px;font-size:20px;line-height:1.4;font-weight:600;color:#1f1a15">${title}</h1>
${figure === undefined ? null : html`<p class="ink" style="margin:0 0 20px;font-size:28px;line-height:1.3;font-weight:600;color:#1f1a15;font-variant-numeric:tabular-nums;overflow-wrap:anywhere">${figure}</p>`}
<dl style="margin:0">${facts.map(renderFact)}</dl>
</div>`;
  return html`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: darkStyle }}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#f8f5ef">
<div class="paper" style="background:#f8f5ef;padding:24px 12px;${fonts};font-size:16px;line-height:1.5">
<main style="display:block;max-width:560px;margin:0 auto">
<p class="ink" style="margin:0 4px 16px;font-size:16px;font-weight:600;color:#1f1a15"><span aria-hidden="true" style="display:inline-block;width:28px;height:28px;line-height:28px;margin-right:8px;border-radius:7px;background:#bd3224;color:#fffdf9;text-align:center">飞</span>${names[language]}</p>
${body}
<p class="soft" style="margin:16px 4px 0;font-size:14px;color:#6b6054">${footer}</p>
</main>
</div>
</body>
</html>
`.markup;
}

function renderFact({ label, value, href }: Fact): Html {
  const shown =
    href === undefined
      ? value
      : html`<a class="link" href="${href}" style="color:#a3291d;text-decoration:underline">${value}</a>`;
  // One below the other: side by side they would not fit a phone.
  return html`
<dt class="soft line" style="margin:0;padding:10px 0 0;border-top:1px solid #efe8dc;font-size:14px;color:#6b6054">${label}</dt>
<dd class="ink" style="margin:0;padding:0 0 10px;font-size:16px;color:#1f1a15;overflow-wrap:anywhere;word-break:break-word">${shown}</dd>`;
}

/** The same for who reads text. */
export function renderText({ title, figure, facts, footer }: MailBody, language: Language): string {
  const colon = language === 'zh' ? '：' : ': ';
  const lines = [title, ...(figure === undefined ? [] : [figure]), ''];
  const told = facts.map(({ label, value, href }) => `${label}${colon}${href ?? value}`);
  return [...lines, ...told, '', `-- ${names[language]}`, footer, ''].join('\n');
}
