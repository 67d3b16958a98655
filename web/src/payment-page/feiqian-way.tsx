import { type Amount, toAmount, zeroAmount } from '@feiqian/domain/money';
import { useLanguage, useMessages } from '../i18n/language-context.tsx';
import { formatMoney } from '../i18n/money-text.ts';
import { isJudgement } from '../lib/flow.ts';
import { useTask } from '../lib/use-task.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import type { Assets } from './assets.ts';
import { Failure } from './failure.tsx';
import { keep, readKept } from './kept.ts';
import { paymentPageMessages } from './messages.ts';
import { type Me, payFromCash, type Request } from './service.ts';

type FeiqianWayProps = {
  readonly request: Request;
  readonly assets: Assets;
  readonly me: Me;
  readonly onPaid: (historyId: string) => void;
};

/** For somebody who is logged in: one press where there is enough cash, the wallet's own review where there are enough tokens. */
export function FeiqianWay({ request, assets, me, onPaid }: FeiqianWayProps) {
  const words = useMessages(paymentPageMessages);
  const language = useLanguage();
  const { run, isPending, error } = useTask();
  const { money, missing, token } = request;
  const cash = me.balances.cash.find(({ asset }) => asset === money.asset)?.available ?? zeroAmount;
  const held = findHeld(request, me);
  const write = (amount: Amount, asset: string) => formatMoney(amount, assets.get(asset), language);
  const isEnoughCash = cash >= missing;
  return (
    <div className="stack">
      {error ? <Failure error={error} /> : null}
      {isEnoughCash ? (
        <div className="stack stack--tight">
          <Button
            variant="primary"
            wide
            large
            busy={isPending ? words.paying : undefined}
            onClick={() => run(async () => onPaid(await payOnce(request.id)))}
          >
            {words.payCash(write(missing, money.asset))}
          </Button>
          <p className="text-soft text-small">{words.cashNote(me.handle, write(cash, money.asset))}</p>
        </div>
      ) : null}
      {token && held ? (
        <div className="stack stack--tight">
          <a
            className={`button button--wide ${isEnoughCash ? 'button--secondary' : 'button--primary button--large'}`}
            href={`/wallet/pay/${request.id}`}
          >
            {words.payTokens(write(toAmount(token.missing + token.fee), token.asset))}
          </a>
          <p className="text-soft text-small">
            {token.fee > 0n
              ? words.tokensNoteFee(write(held, token.asset), write(token.fee, token.asset))
              : words.tokensNote(write(held, token.asset))}
          </p>
        </div>
      ) : null}
      {isEnoughCash || held ? null : (
        <Banner
          tone="plain"
          title={words.notEnough(me.handle)}
          action={
            <a className="button button--secondary" href="/top-up">
              {words.topUp}
            </a>
          }
        >
          {words.notEnoughBody(write(cash, money.asset))}
        </Banner>
      )}
    </div>
  );
}

/** Pays once, however often it is pressed and whatever is reloaded in between: the key stays until there is an answer. */
async function payOnce(requestId: string): Promise<string> {
  const key = readKept(requestId).cashKey ?? crypto.randomUUID();
  keep(requestId, { cashKey: key });
  try {
    const historyId = await payFromCash(requestId, key);
    keep(requestId, { cashKey: undefined });
    return historyId;
  } catch (error) {
    if (isJudgement(error)) keep(requestId, { cashKey: undefined });
    throw error;
  }
}

/** What one of a person's addresses has, if it is enough for price and fee; a payment leaves from one address. */
function findHeld({ token }: Request, { balances, addresses }: Me): Amount | undefined {
  if (!token) return undefined;
  const own = addresses.map(({ address }) => address);
  return balances.onChain.find(
    ({ asset, address, amount }) =>
      asset === token.asset && own.includes(address) && amount >= token.missing + token.fee,
  )?.amount;
}

/** For somebody who is not logged in: the way in, and back here. */
export function GuestWay({ request: { id, token } }: { readonly request: Request }) {
  const words = useMessages(paymentPageMessages);
  const next = `next=${encodeURIComponent(`/pay/${id}`)}`;
  return (
    <div className="stack stack--tight">
      <a className="button button--primary button--wide button--large" href={`/login?${next}`}>
        {words.logIn}
      </a>
      <p className="text-soft text-small">
        {token ? words.logInNote : words.logInNoteCash}{' '}
        <a className="text-link" href={`/register?${next}`}>
          {words.register}
        </a>
      </p>
    </div>
  );
}
