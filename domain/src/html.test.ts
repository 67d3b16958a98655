import { expect, it } from 'vitest';
import { html } from './html.ts';

it('escapes every value that a template is given', () => {
  expect(html`<a title="${`"'><script>`}">${[html`<b>${'&'}</b>`]}${null}${false}${1}</a>`.markup).toBe(
    '<a title="&quot;&#39;&gt;&lt;script&gt;"><b>&amp;</b>1</a>',
  );
});
