import { useState } from 'react';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { isJudgement } from '../lib/flow.ts';
import { useTask } from '../lib/use-task.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Failure } from './failure.tsx';
import { useLoaded } from './hooks.ts';
import { keep, readKept } from './kept.ts';
import { checkoutMessages } from './messages.ts';
import { type Gateway, getGateways, payAtGateway, type Request } from './service.ts';
import { Way } from './way.tsx';

/** Banks and payment providers that take what is missing, on pages of their own. */
export function GatewayWays({ request }: { readonly request: Request }) {
  const words = useMessages(checkoutMessages);
  const language = useLanguage();
  const gateways = useLoaded(`gateways ${request.missing}`, () => getGateways(request));
  const [begun, setBegun] = useState(() => findBegun(request));
  const [opening, setOpening] = useState<string | undefined>();
  const { run, error, isPending } = useTask();
  if (gateways.status !== 'here' || gateways.value.length === 0) return null;
  const titleOf = (name: string) => gateways.value.find((one) => one.name === name)?.title[language] ?? name;
  const open = ({ name }: Gateway) => {
    if (isPending) return;
    setOpening(name);
    run(async () => location.assign(await beginOnce(request, name)));
  };
  return (
    <section className="pay__part" aria-labelledby="gateways">
      <h2 id="gateways">{words.gatewaysTitle}</h2>
      {error ? <Failure error={error} /> : null}
      {begun ? (
        <div className="stack">
          <Banner tone="amber" title={words.saleTitle(titleOf(begun.gateway))}>
            {words.saleBody}
          </Banner>
          <div className="row">
            <a className="button button--secondary" href={begun.redirectUrl}>
              <span>{words.saleGoOn(titleOf(begun.gateway))}</span>
              <Icon name="external" />
            </a>
            <Button
              variant="quiet"
              onClick={() => {
                keep(request.id, { sale: undefined });
                setBegun(undefined);
              }}
            >
              {words.saleForget}
            </Button>
          </div>
        </div>
      ) : (
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
      )}
    </section>
  );
}

/** A payment that was begun here and can still be paid. */
function findBegun({ id, missing }: Request): { readonly gateway: string; readonly redirectUrl: string } | undefined {
  const { sale } = readKept(id);
  if (sale?.redirectUrl === undefined || sale.missing !== `${missing}`) return undefined;
  if (sale.expiresAtMs !== undefined && sale.expiresAtMs <= Date.now()) return undefined;
  return { gateway: sale.gateway, redirectUrl: sale.redirectUrl };
}

/** Begins a payment once for each rest and gateway: a lost answer is given again. @returns where to pay. */
async function beginOnce({ id, missing }: Request, gateway: string): Promise<string> {
  const { sale } = readKept(id);
  const isSame = sale?.gateway === gateway && sale.missing === `${missing}` && sale.redirectUrl === undefined;
  const begun = { gateway, missing: `${missing}`, key: isSame ? sale.key : crypto.randomUUID() };
  keep(id, { sale: begun });
  try {
    const { redirectUrl, expiresAt } = await payAtGateway(id, gateway, begun.key);
    if (redirectUrl === null) throw new TypeError('It can’t be paid there any more.');
    keep(id, { sale: { ...begun, redirectUrl, ...(expiresAt ? { expiresAtMs: expiresAt.getTime() } : {}) } });
    return redirectUrl;
  } catch (error) {
    if (isJudgement(error)) keep(id, { sale: undefined });
    throw error;
  }
}
