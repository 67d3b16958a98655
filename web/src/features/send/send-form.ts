import type { AssetWire, Balances, RelayQuote } from '@feiqian/domain/api/chain';
import type { ErrorCode } from '@feiqian/domain/errors';
import type { FeePerGas, FeeSpeed } from '@feiqian/domain/fees';
import { type Amount, convertAtPar, decodeAmount, toAmount, zeroAmount } from '@feiqian/domain/money';
import type { Address } from 'viem';
import type { AssetBook } from '../../lib/assets.ts';
import { availableOf } from '../../lib/balances.ts';
import { plainTransferGas } from '../../lib/draft-call.ts';
import { readTypedMoney, type TypedMoney } from '../../lib/typed-money.ts';
import { type Recipient, readRecipient } from './read-recipient.ts';

/** What a person has entered so far. */
export type SendFields = {
  readonly to: string;
  /** Asset id. */
  readonly asset: string;
  readonly amount: string;
  /** Whether `amount` is typed in the currency that the token stands at par with. */
  readonly inCash: boolean;
  /** `relay` pays the network fee from the token; `transaction` in the chain's own coin. */
  readonly rail: 'relay' | 'transaction';
  /** Of a transaction: how much it offers for its gas. */
  readonly speed: FeeSpeed;
};

/** What the form means, and what keeps it from being reviewed. */
export type SendReading = {
  readonly recipient: Recipient;
  readonly asset: AssetWire;
  /** The unit of the field. */
  readonly unit: AssetWire;
  readonly typed: TypedMoney;
  /** In base units of `asset`. */
  readonly amount: Amount | undefined;
  readonly fee: Amount | undefined;
  /** The most that can be sent when the fee is kept back, in base units of `asset`. */
  readonly spendable: Amount;
  /** What is kept back of `asset` for the network fee. */
  readonly kept: Amount;
  readonly blockedBy: 'recipient' | 'amount' | 'fee' | { readonly code: ErrorCode } | undefined;
};

type World = {
  readonly book: AssetBook;
  readonly balances: Balances;
  readonly own: Address;
  readonly quote: RelayQuote | undefined;
  readonly feePerGas: FeePerGas | undefined;
};

/** Whether an asset can only be sent by a plain transaction: the relay carries nothing but the operator's own tokens. */
export function mustBeTransaction(asset: AssetWire): boolean {
  return asset.kind === 'native' || asset.cash === undefined;
}

/** Reads the form against the world. Pure: the screen shows it, the draft is made from it. */
export function readSendForm(fields: SendFields, { book, balances, own, quote, feePerGas }: World): SendReading {
  const recipient = readRecipient(fields.to, book, own);
  const asset = book.get(fields.asset);
  const par = asset.kind === 'token' ? book.findPar(asset.id) : undefined;
  const unit = fields.inCash && par ? par : asset;
  const isTransaction = fields.rail === 'transaction' || mustBeTransaction(asset);
  const fee = isTransaction ? nativeFee(asset, feePerGas) : quote && decodeAmount(quote.fee);
  const available = availableOf(balances, asset.id, own);
  const kept = fee ?? zeroAmount;
  const spendable = toAmount(available > kept ? available - kept : 0n);
  const typed = readTypedMoney(fields.amount, unit.decimals, { available: toUnit(spendable, asset, unit) });
  const amount = typed.state === 'ok' ? convertAtPar(typed.amount, unit.decimals, asset.decimals) : undefined;
  return {
    recipient,
    asset,
    unit,
    typed,
    amount,
    fee: isTransaction ? undefined : fee,
    spendable: toUnit(spendable, asset, unit),
    kept,
    blockedBy: findBlock(recipient, typed, fee),
  };
}

function findBlock(recipient: Recipient, typed: TypedMoney, fee: Amount | undefined): SendReading['blockedBy'] {
  if (recipient.kind === 'wrong') return { code: recipient.code };
  if (recipient.kind !== 'address') return 'recipient';
  if (typed.state === 'empty') return 'amount';
  if (typed.state === 'wrong') return { code: typed.code };
  return fee === undefined ? 'fee' : undefined;
}

/** The coin keeps its own fee back; a token's transaction is paid in another asset and keeps nothing of it. */
function nativeFee(asset: AssetWire, feePerGas: FeePerGas | undefined): Amount | undefined {
  if (!feePerGas) return undefined;
  if (asset.kind !== 'native') return zeroAmount;
  return toAmount(plainTransferGas * feePerGas.maxFeePerGas);
}

/** Cut to whole units of the coarser one, so that Max is never more than there is. */
function toUnit(amount: Amount, asset: AssetWire, unit: AssetWire): Amount {
  const step = 10n ** BigInt(Math.max(0, asset.decimals - unit.decimals));
  return convertAtPar(toAmount(amount - (amount % step)), asset.decimals, unit.decimals);
}
