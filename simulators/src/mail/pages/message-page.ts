import { html } from '@feiqian/domain/html';
import type { Language } from '../../pages/language.ts';
import { layoutPage } from '../../pages/layout.ts';
import type { StoredMessage } from '../mailbox.ts';
import { frame, renderInstant } from './list-page.ts';
import { mailTexts } from './texts.ts';

/** One message: who, when, and both of its parts. */
export function renderMessage(message: StoredMessage, language: Language): string {
  const texts = mailTexts[language];
  const { id, subject, from, recipients, receivedAt, messageId } = message;
  const title = subject || texts.noSubject;
  const path = `/messages/${id}`;
  // What it is allowed stands in the answer's policy, too: links open beside, nothing runs, nothing is loaded.
  const frameOfHtml = html`<iframe src="${path}/html" title="${texts.html}" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
  const content = html`<p><a href="/?lang=${language}">${texts.back}</a></p>
<div class="top"><h1>${title}</h1></div>
<dl>
<dt>${texts.from}</dt><dd>${from}</dd>
<dt>${texts.to}</dt><dd>${recipients.join(', ')}</dd>
<dt>${texts.when}</dt><dd>${renderInstant(receivedAt, language)}</dd>
<dt>${texts.id}</dt><dd class="number">${messageId}</dd>
</dl>
<div class="parts">
<section><h2>${texts.html}</h2>${message.html === '' ? html`<p class="soft">${texts.noPart}</p>` : frameOfHtml}</section>
<section><h2>${texts.text}</h2>${message.text === '' ? html`<p class="soft">${texts.noPart}</p>` : html`<div class="sheet"><pre>${message.text}</pre></div>`}</section>
</div>
<p><a href="${path}/source">${texts.source}</a></p>`;
  return layoutPage({ language, title, ...frame(language, path), isWide: true, content });
}

/** What people see at an address that names no message. */
export function renderUnknownMessage(language: Language): string {
  const texts = mailTexts[language];
  const content = html`<h1>${texts.unknown}</h1><p>${texts.unknownHint}</p><p><a href="/?lang=${language}">${texts.back}</a></p>`;
  return layoutPage({ language, title: texts.unknown, ...frame(language, '/'), content });
}
