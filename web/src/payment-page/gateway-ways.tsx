import { useState } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { isJudgement } from '../lib/flow.ts';
import { useTask } from '../lib/use-task.ts';
import { Icon } from '../ui/icon.tsx';
import { Failure } from './failure.tsx';
import { useLoaded } from './hooks.ts';
import { keep, readKept } from './kept.ts';
import { paymentPageMessages } from './messages.ts';
import { type Gateway, getGateways, payAtGateway, type Request } from './service.ts';
import { Way } from './way.tsx';

/** Banks and payment providers that take what is missing, on pages of their own. */
export function GatewayWays({ request }: { readonly request: Request }) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const gateways = useLoaded(`gateways ${request.missing}`, () => getGateways(request));
  const [opening, setOpening] = useState<string | undefined>();
  const { run, error, isPending } = useTask();
  if (gateways.status !== 'here' || gateways.value.length === 0) return null;
  const open = (gateway: Gateway) => {
    if (isPending) return;
    setOpening(gateway.name);
    run(async () => location.assign(await beginOnce(request, gateway)));
  };
  return (
    <section className="pay__part" aria-labelledby="gateways">
      <h2 id="gateways">{words.gatewaysTitle}</h2>
      {error ? <Failure error={error} /> : null}
      <ul className="pay__list">
        {gateways.value.map((gateway) => (
          <li key={gateway.name}>
            <Way
              mark={<Icon name="bank" />}
              title={gateway.title[language]}
              busy={isPending && opening === gateway.name ? words.opening : undefined}
              end="external"
              onClick={() => open(gateway)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Begins a payment once for each rest and gateway: a lost answer is given again. @returns where to pay. */
async function beginOnce({ id, missing }: Request, { name, title }: Gateway): Promise<string> {
  const { sale } = readKept(id);
  const isSame = sale?.gateway === name && sale.missing === `${missing}` && sale.redirectUrl === undefined;
  const begun = { gateway: name, title, missing: `${missing}`, key: isSame ? sale.key : crypto.randomUUID() };
  keep(id, { sale: begun });
  try {
    const { redirectUrl, expiresAt } = await payAtGateway(id, name, begun.key);
    if (redirectUrl === null) throw new TypeError('It can’t be paid there any more.');
    keep(id, { sale: { ...begun, redirectUrl, ...(expiresAt ? { expiresAtMs: expiresAt.getTime() } : {}) } });
    return redirectUrl;
  } catch (error) {
    if (isJudgement(error)) keep(id, { sale: undefined });
    throw error;
  }
}
