import { type Html, html } from '@feiqian/domain/html';
import type { ArmedFault } from '../../faults.ts';
import type { Language } from '../../pages/language.ts';
import { layoutPage } from '../../pages/layout.ts';
import { type MailFaultName, mailFaultNames } from '../faults.ts';
import type { StoredMessage } from '../mailbox.ts';
import { mailFaultTexts, mailTexts } from './texts.ts';

/** Every message of this run, and what can be made to go wrong. */
export function renderList({
  messages,
  armed,
  language,
}: {
  readonly messages: readonly StoredMessage[];
  readonly armed: readonly ArmedFault<MailFaultName>[];
  readonly language: Language;
}): string {
  const texts = mailTexts[language];
  const content = html`<div class="top"><h1>${texts.title}</h1><p class="soft" id="count" role="status">${texts.count(messages.length)}</p>
<form method="post" action="/clear?lang=${language}"><button>${texts.clear}</button></form></div>
<ul class="list" id="messages">${messages.map((message) => renderItem(message, language))}</ul><p class="soft empty">${texts.none}</p>
<h2 id="faults">${texts.faults}</h2>
<p class="soft">${texts.faultsIntro}</p>
${renderFaults(armed, language)}`;
  return layoutPage({
    language,
    title: texts.title,
    ...frame(language, '/'),
    isWide: true,
    script: '/live.js',
    content,
  });
}

function renderItem({ id, subject, recipients, receivedAt }: StoredMessage, language: Language): Html {
  return html`<li id="message-${id}"><span class="grow"><a href="/messages/${id}?lang=${language}">${subject || mailTexts[language].noSubject}</a><br><span class="soft">${recipients.join(', ')}</span></span>
${renderInstant(receivedAt, language)}</li>`;
}

/** The parts of the frame that follow from language and path. */
export function frame(language: Language, path: string) {
  const { name, practice, footer, otherLanguage } = mailTexts[language];
  return {
    name,
    practice,
    footer,
    switchTo: `${path}?lang=${language === 'zh' ? 'en' : 'zh'}`,
    switchText: otherLanguage,
  };
}

/** When something was, by the clock of this machine: nobody else reads it. */
export function renderInstant(instant: string, language: Language): Html {
  const text = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(new Date(instant));
  return html`<time class="soft" datetime="${instant}">${text}</time>`;
}

function renderFaults(armed: readonly ArmedFault<MailFaultName>[], language: Language): Html {
  const texts = mailTexts[language];
  const options = mailFaultNames.map(
    (name) => html`<option value="${name}">${mailFaultTexts[language][name]}</option>`,
  );
  const rows = armed.map(
    ({ name, target, left }) =>
      html`<li><span class="grow">${mailFaultTexts[language][name]}</span><span class="number">${target ?? texts.anyRecipient}</span><span class="tag">${left} ×</span></li>`,
  );
  return html`<form class="fields" method="post" action="/faults?lang=${language}">
<label>${texts.fault}<select name="name">${options}</select></label>
<label>${texts.onlyRecipient}<input name="recipient" placeholder="${texts.anyRecipient}" autocomplete="off" spellcheck="false"></label>
<label>${texts.times}<input name="times" type="number" min="1" max="10000" value="1"></label>
<button class="main">${texts.arm}</button>
</form>
${rows.length === 0 ? null : html`<h3>${texts.armed}</h3><ul class="list">${rows}</ul><form class="row" method="post" action="/faults/clear?lang=${language}"><button>${texts.disarm}</button></form>`}`;
}
