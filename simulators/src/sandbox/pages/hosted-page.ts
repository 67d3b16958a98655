import { type Html, html } from '@feiqian/domain/html';
import type { Language } from '../../pages/language.ts';
import { layoutPage } from '../../pages/layout.ts';
import type { Payment } from '../book.ts';
import { formatMoney } from './money.ts';
import { hostedTexts } from './texts.ts';

/** The page on which a person pays or declines one order. */
export function renderHostedPage({
  payment,
  merchantName,
  language,
}: {
  readonly payment: Payment;
  readonly merchantName: string;
  readonly language: Language;
}): string {
  const texts = hostedTexts[language];
  const path = `/pay/${payment.pageToken}`;
  const title = payment.status === 'waiting' ? texts.title : texts.titleOver;
  const content = html`<h1>${title}</h1>
<section class="sheet" aria-label="${title}">
${payment.status === 'waiting' ? null : html`<p class="status" role="status">${texts[payment.status]}</p>`}
<p class="amount">${formatMoney(payment.currency, payment.amount)}<small>${payment.currency}</small></p>
<dl>
<dt>${texts.merchant}</dt><dd>${merchantName}</dd>
<dt>${texts.purpose}</dt><dd>${payment.description}</dd>
<dt>${texts.order}</dt><dd class="number">${payment.orderNumber}</dd>
<dt>${texts.until}</dt><dd><time datetime="${payment.expiresAt}">${formatInstant(payment.expiresAt, language)}</time></dd>
</dl>
${payment.status === 'waiting' ? renderChoices(payment, `${path}?lang=${language}`, language) : html`<div class="choices"><a class="button main" href="${payment.returnUrl}">${texts.back(merchantName)}</a></div>`}
</section>`;
  return layoutPage({ language, title, ...frame(language, path), content });
}

function renderChoices(payment: Payment, action: string, language: Language): Html {
  const texts = hostedTexts[language];
  return html`<form class="choices" method="post" action="${action}">
<button class="main" name="choice" value="pay">${texts.pay(formatMoney(payment.currency, payment.amount))}</button>
<button name="choice" value="decline">${texts.decline}</button>
</form>`;
}

/** What people see at an address that names no order. */
export function renderUnknownOrder(language: Language, path: string): string {
  const texts = hostedTexts[language];
  const content = html`<h1>${texts.unknown}</h1><p>${texts.unknownHint}</p>`;
  return layoutPage({ language, title: texts.unknown, ...frame(language, path), content });
}

/** The parts of the frame that follow from language and path. */
export function frame(
  language: Language,
  path: string,
): { name: string; practice: string; footer: string; switchTo: string; switchText: string } {
  const { bank, practice, footer, otherLanguage } = hostedTexts[language];
  return {
    name: bank,
    practice,
    footer,
    switchTo: `${path}?lang=${language === 'zh' ? 'en' : 'zh'}`,
    switchText: otherLanguage,
  };
}

// The page has no script that could know the reader's time zone, so it says which one it means.
function formatInstant(instant: string, language: Language): string {
  const text = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(new Date(instant));
  return `${text} UTC`;
}
