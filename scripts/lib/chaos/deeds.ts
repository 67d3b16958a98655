/** Does what a story says, as people and their wallets do it. */
import type { TopUp } from '@feiqian/domain/api/cash';
import type { RelayQuote } from '@feiqian/domain/api/chain';
import type { HoldWire } from '@feiqian/domain/api/monitoring';
import type { GatewayPaymentWire, PaymentRequestWire, PaymentWire } from '@feiqian/domain/api/payments';
import { buildRedeemTypedData, buildRelayTypedData } from '@feiqian/domain/authorizations';
import type { Address } from 'viem';
import { sandboxAccounts } from '../../../backend/test/payments/sandbox-process.ts';
import { newWord, signPayment } from '../../../backend/test/support/checkout.ts';
import type { Environment } from './environment.ts';
import { eventually, Refused } from './patience.ts';
import type { Person } from './person.ts';
import { type Deed, unitsPerCent } from './plan.ts';

const CNY = 'iso4217:CNY';
const validSeconds = 3000;

/** Where a deed is done, and by whom. */
export type Stage = {
  readonly environment: Environment;
  readonly people: readonly Person[];
  /** Two who decide on what is held. */
  readonly staff: readonly Person[];
};

/** Does a deed: everything that the person has to do for it, until the service has taken it on. */
export async function doDeed(stage: Stage, deed: Deed): Promise<void> {
  const person = personOf(stage, deed.who);
  const money = { asset: CNY, amount: `${deed.amount}` };
  switch (deed.kind) {
    case 'top_up':
      return topUp(stage, person, deed);
    case 'cash_transfer':
      return void (await person.insist('/v1/cash-transfers', { recipient: personOf(stage, deed.to).me.email, money }));
    case 'issue': {
      const target = { token: stage.environment.token, address: person.account.address };
      return void (await person.insist('/v1/conversions', { direction: 'issue', money, ...target }));
    }
    case 'redeem':
      return redeem(stage, person, deed.amount * unitsPerCent);
    case 'relay':
      return relay(stage, person, { to: personOf(stage, deed.to).account.address, amount: deed.amount });
    case 'link':
      return payLink(stage, deed);
    case 'sale':
      return sell(stage, deed);
    case 'withdrawal':
      return void (await person.insist('/v1/withdrawals', {
        gateway: 'sandbox',
        money,
        bankAccount: { holder: '李伟', number: sandboxAccounts[deed.account] },
      }));
    case 'held':
      return beHeld(stage, person, deed);
    default:
      return deed satisfies never;
  }
}

function personOf({ people }: Stage, index: number): Person {
  const person = people[index];
  if (!person) throw new Error(`The story has nobody ${index}.`);
  return person;
}

async function topUp(
  { environment }: Stage,
  person: Person,
  { amount, as, fate }: Extract<Deed, { kind: 'top_up' }>,
): Promise<void> {
  const { sandbox, postgres, token } = environment;
  const target = as === 'token' ? { kind: 'token', token, address: person.account.address } : { kind: 'cash' };
  const request = { gateway: 'sandbox', money: { asset: CNY, amount: `${amount}` }, target };
  const { id } = await person.insist<TopUp>('/v1/top-ups', request);
  const redirectUrl = await eventually(
    'there is a page to pay on',
    async () => (await person.get<TopUp>(`/v1/top-ups/${id}`)).redirectUrl ?? undefined,
  );
  if (fate === 'pay' || fate === 'decline') return void (await sandbox.pressOnPage(redirectUrl, fate));
  const orderNumber = await eventually('the order is found', async () => {
    const { rows } = await postgres.pool.query<{ order_number: string }>(
      'SELECT order_number FROM gateway_attempts WHERE movement_id = $1',
      [id],
    );
    return rows[0]?.order_number;
  });
  if (fate === 'pay_wrong_amount' || fate === 'pay_wrong_currency') {
    return environment.atBank(async () => {
      await sandbox.arm(fate === 'pay_wrong_amount' ? 'paid_wrong_amount' : 'paid_wrong_currency', orderNumber);
      await sandbox.act(orderNumber, 'pay');
    });
  }
  await sandbox.act(orderNumber, 'expire');
  if (fate === 'pay_late') await sandbox.act(orderNumber, 'pay_late');
}

function tokenDomain({ chain }: Environment) {
  return { name: 'Feiqian CNY', version: '1', chainId: chain.chainId, verifyingContract: chain.addresses.cnyf };
}

const soon = () => BigInt(Math.floor(Date.now() / 1000) + validSeconds);

async function redeem({ environment }: Stage, person: Person, amount: bigint): Promise<void> {
  const { chain } = environment;
  const terms = { holder: person.account.address, reference: newWord(), amount, validAfter: 0n, validBefore: soon() };
  const signature = await person.account.signTypedData(buildRedeemTypedData(tokenDomain(environment), terms));
  await person.insist('/v1/conversions', {
    ...terms,
    direction: 'redeem',
    chainId: chain.chainId,
    token: chain.addresses.cnyf,
    amount: `${amount}`,
    validAfter: '0',
    validBefore: `${terms.validBefore}`,
    signature,
  });
}

async function relay(
  { environment }: Stage,
  person: Person,
  { to, amount }: { readonly to: Address; readonly amount: bigint },
): Promise<void> {
  const { chain, token } = environment;
  const quote = await person.insist<RelayQuote>('/v1/quotes', { kind: 'relay', asset: token });
  const request = {
    token: chain.addresses.cnyf,
    from: person.account.address,
    to,
    amount,
    fee: BigInt(quote.fee),
    feeReceiver: quote.feeReceiver,
    reference: newWord(),
    validAfter: 0n,
    validBefore: soon(),
    salt: newWord(),
  };
  const typedData = buildRelayTypedData(tokenDomain(environment), quote.relay, request);
  const signature = await person.account.signTypedData(typedData);
  await person.insist('/v1/relays', {
    ...request,
    amount: `${amount}`,
    fee: quote.fee,
    validAfter: '0',
    validBefore: `${request.validBefore}`,
    quoteId: quote.id,
    chainId: chain.chainId,
    signature,
  });
}

async function payLink(stage: Stage, deed: Extract<Deed, { kind: 'link' }>): Promise<void> {
  const [payer, payee] = [personOf(stage, deed.who), personOf(stage, deed.to)];
  const link = await payee.insist<PaymentRequestWire>('/v1/payment-requests', {
    money: { asset: CNY, amount: `${deed.amount}` },
    description: '两杯拿铁',
    address: payee.account.address,
  });
  if (deed.by === 'cash')
    return void (await payer.insist(`/v1/payment-requests/${link.id}/payments`, { rail: 'cash' }));
  await payer.insist(`/v1/payment-requests/${link.id}/authorizations`, await signPayment(payer.account, link));
}

/** Asks for what is held, and has it end as the story says: by all of the staff at the same moment, or by the clock. */
async function beHeld(stage: Stage, person: Person, deed: Extract<Deed, { kind: 'held' }>): Promise<void> {
  const { id, state } = await person.insist<{ id: string; state: string }>(...askFor(stage, person, deed));
  if (state !== 'in_review') throw new Error(`A ${deed.way} that has to be held was ${state}.`);
  if (deed.end === 'expired') return letExpire(stage, id);
  const action = deed.end === 'released' ? 'release' : 'refuse';
  await Promise.all(stage.staff.map((clerk) => decide(clerk, id, action)));
}

function askFor(
  stage: Stage,
  person: Person,
  { way, amount, to }: Extract<Deed, { kind: 'held' }>,
): [path: string, body: object] {
  const money = { asset: CNY, amount: `${amount}` };
  switch (way) {
    case 'cash_transfer':
      return ['/v1/cash-transfers', { recipient: personOf(stage, to).me.email, money }];
    case 'withdrawal':
      return [
        '/v1/withdrawals',
        { gateway: 'sandbox', money, bankAccount: { holder: '李伟', number: sandboxAccounts.good } },
      ];
    case 'issue': {
      const target = { token: stage.environment.token, address: person.account.address };
      return ['/v1/conversions', { direction: 'issue', money, ...target }];
    }
    default:
      return way satisfies never;
  }
}

/** Decides until nothing is left to decide for this member of staff: others may be quicker, or have to agree too. */
async function decide(clerk: Person, id: string, action: 'release' | 'refuse'): Promise<void> {
  const path = `/v1/admin/holds/${id}`;
  for (;;) {
    const hold = await clerk.get<HoldWire>(path);
    if (!hold.actions.includes(action)) return;
    try {
      await clerk.insist(`${path}/${action}`, { note: '电话核实' });
    } catch (error) {
      if (!(error instanceof Refused && /STATE_CONFLICT|HOLD_NEEDS_ANOTHER/.test(error.message))) throw error;
    }
  }
}

/** As if its time were over: the shortest time of a hold is an hour. */
async function letExpire({ environment: { postgres } }: Stage, id: string): Promise<void> {
  await eventually('the time of a hold can be moved', async () => {
    const connection = await postgres.pool.connect();
    let broken: Error | undefined;
    try {
      // What a hold is about never changes, but for this.
      await connection.query(
        `BEGIN;
         ALTER TABLE holds DISABLE TRIGGER holds_guard;
         UPDATE holds SET expires_at = now() - interval '1 second' WHERE id = '${id}' AND state = 'open';
         ALTER TABLE holds ENABLE TRIGGER holds_guard;
         COMMIT`,
      );
      return true;
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      connection.release(broken);
    }
  });
}

async function sell(stage: Stage, { who, payer, amount, back }: Extract<Deed, { kind: 'sale' }>): Promise<void> {
  const payee = personOf(stage, who);
  const link = await payee.insist<PaymentRequestWire>('/v1/payment-requests', {
    money: { asset: CNY, amount: `${amount}` },
    description: '两杯拿铁',
  });
  const path = `/v1/payment-requests/${link.id}`;
  const page = await personOf(stage, payer).insist<GatewayPaymentWire>(`${path}/gateway-payments`, {
    gateway: 'sandbox',
  });
  if (page.redirectUrl === null) throw new Error('Expected a page to pay on.');
  await stage.environment.sandbox.pressOnPage(page.redirectUrl, 'pay');
  if (back === 0n) return;
  const paymentId = await eventually('it is paid', async () => {
    const { items } = await payee.get<{ items: PaymentWire[] }>(`${path}/payments`);
    return items[0]?.id;
  });
  await payee.insist('/v1/refunds', { paymentId, amount: `${back}` });
}
