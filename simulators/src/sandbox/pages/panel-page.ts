import { type Html, html } from '@feiqian/domain/html';
import type { Language } from '../../pages/language.ts';
import { layoutPage } from '../../pages/layout.ts';
import type { Book, Notice, Payment, Payout } from '../book.ts';
import { faultNames, type SandboxFaults } from '../faults.ts';
import { frame } from './hosted-page.ts';
import { formatMoneyWithCode } from './money.ts';
import { faultTexts, panelTexts } from './texts.ts';

const rowsMax = 50;

/** The developers' view of the gateway. */
export function renderPanel({
  book,
  armed,
  keyId,
  language,
}: {
  readonly book: Book;
  readonly armed: ReturnType<SandboxFaults['list']>;
  readonly keyId: string;
  readonly language: Language;
}): string {
  const texts = panelTexts[language];
  const content = html`<h1>${texts.title}</h1>
<p>${texts.intro} <a href="/panel?lang=${language}">${texts.refresh}</a></p>
<h2 id="payments">${texts.payments}</h2>
${renderList(
  newest(book.payments).map((payment) => renderPayment(payment, language)),
  texts.none,
)}
<h2 id="payouts">${texts.payouts}</h2>
<p class="soft">${texts.accounts}</p>
${renderList(
  newest(book.payouts).map((payout) => renderPayout(payout, language)),
  texts.none,
)}
<h2 id="notices">${texts.notices}</h2>
${renderList(
  newest(book.notices).map((notice) => renderNotice(notice, language)),
  texts.none,
)}
<h2 id="faults">${texts.faults}</h2>
<p class="soft">${texts.faultsIntro}</p>
${renderFaults(armed, language)}
<h2>${texts.key}</h2>
<form class="row" method="post" action="/panel/key?lang=${language}"><span class="number tag">${keyId}</span><button>${texts.rotate}</button></form>`;
  return layoutPage({ language, title: texts.title, ...frame(language, '/panel'), isWide: true, content });
}

function newest<T>(rows: ReadonlyMap<string, T>): T[] {
  return [...rows.values()].slice(-rowsMax).reverse();
}

function renderList(rows: readonly Html[], none: string): Html {
  return rows.length === 0 ? html`<p class="soft">${none}</p>` : html`<ul class="list">${rows}</ul>`;
}

function renderPayment(payment: Payment, language: Language): Html {
  const texts = panelTexts[language];
  const actions =
    payment.status === 'waiting'
      ? (['pay', 'decline', 'expire'] as const)
      : payment.status === 'expired'
        ? (['pay_late'] as const)
        : [];
  return html`<li><span class="grow"><span class="number">${payment.orderNumber}</span><br><span class="soft">${payment.description}</span></span>
<span class="money">${formatMoneyWithCode(payment.currency, payment.amount)}</span><span class="tag">${texts.statuses[payment.status] ?? payment.status}</span>
${renderActions(`/panel/payments/${payment.orderNumber}`, actions, language)}</li>`;
}

function renderPayout(payout: Payout, language: Language): Html {
  const texts = panelTexts[language];
  const actions = payout.status === 'processing' ? (['settled', 'returned'] as const) : [];
  return html`<li><span class="grow"><span class="number">${payout.orderNumber}</span><br><span class="soft">${payout.account.holder} · ${payout.account.number}</span></span>
<span class="money">${formatMoneyWithCode(payout.currency, payout.amount)}</span><span class="tag">${texts.statuses[payout.status] ?? payout.status}</span>
${renderActions(`/panel/payouts/${payout.orderNumber}`, actions, language)}</li>`;
}

function renderNotice(notice: Notice, language: Language): Html {
  const texts = panelTexts[language];
  const status = texts.statuses[notice.status] ?? notice.status;
  return html`<li><span class="grow">${notice.type} <span class="soft">${notice.manner === 'genuine' ? null : notice.manner}</span><br><span class="number soft">${notice.orderNumber}</span></span>
<span class="soft">${notice.attempts} × ${notice.lastAnswer ?? '–'}</span><span class="tag">${status}</span>
${notice.status === 'delivered' ? null : renderActions(`/panel/notices/${notice.id}`, ['release'], language)}</li>`;
}

function renderActions(
  path: string,
  actions: readonly (keyof (typeof panelTexts)['en']['actions'])[],
  language: Language,
): Html {
  const buttons = actions.map(
    (action) => html`<button name="action" value="${action}">${panelTexts[language].actions[action]}</button>`,
  );
  return html`<form class="row" method="post" action="${path}?lang=${language}">${buttons}</form>`;
}

function renderFaults(armed: ReturnType<SandboxFaults['list']>, language: Language): Html {
  const texts = panelTexts[language];
  const options = faultNames.map((name) => html`<option value="${name}">${faultTexts[language][name]}</option>`);
  const rows = armed.map(
    ({ name, target, left }) =>
      html`<li><span class="grow">${faultTexts[language][name]}</span><span class="number">${target ?? texts.anyOrder}</span><span class="tag">${left} ×</span></li>`,
  );
  return html`<form class="fields" method="post" action="/panel/faults?lang=${language}">
<label>${texts.fault}<select name="name">${options}</select></label>
<label>${texts.onlyOrder}<input name="orderNumber" placeholder="${texts.anyOrder}" autocomplete="off" spellcheck="false"></label>
<label>${texts.times}<input name="times" type="number" min="1" max="10000" value="1"></label>
<button class="main">${texts.arm}</button>
</form>
${rows.length === 0 ? null : html`<h3>${texts.armed}</h3><ul class="list">${rows}</ul><form class="row" method="post" action="/panel/faults/clear?lang=${language}"><button>${texts.clear}</button></form>`}`;
}
