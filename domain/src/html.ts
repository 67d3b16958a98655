/** HTML that is safe by construction: every value put into a template is escaped unless it is HTML already. */
export type Html = { readonly markup: string };

/** What may stand in a template. `false` and null leave nothing. */
export type HtmlValue = string | number | false | null | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Builds HTML from a template. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return {
    markup: parts.map((part, index) => part + (index < values.length ? render(values[index] ?? null) : '')).join(''),
  };
}

/** Escapes text for an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function render(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'markup' in value ? value.markup : value.map((item) => item.markup).join('');
}
