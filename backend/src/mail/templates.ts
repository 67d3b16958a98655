import type { Language } from '@feiqian/domain/api/auth';
import type { Deployment, MailContent, Template } from './template.ts';
import { hold } from './templates/hold.ts';
import { receipt } from './templates/receipt.ts';
import { security } from './templates/security.ts';

/**
 * Fills in a template with what was stored.
 *
 * @throws {Error} when there is no such template, or the data does not fit it.
 */
export type RenderMail = (mail: {
  readonly template: string;
  readonly data: unknown;
  readonly language: Language;
}) => MailContent;

// The one list of what this service sends. A name is stored with each mail: never rename one.
const templates = new Map([
  ['receipt', fill(receipt)],
  ['security', fill(security)],
  ['hold', fill(hold)],
]);

function fill<Data>({ schema, render }: Template<Data>) {
  return (data: unknown, language: Language, deployment: Deployment) =>
    render(schema.parse(data), language, deployment);
}

export function createRenderMail(deployment: Deployment): RenderMail {
  return ({ template, data, language }) => {
    const render = templates.get(template);
    if (!render) throw new Error(`There is no template ${template}.`);
    return render(data, language, deployment);
  };
}
