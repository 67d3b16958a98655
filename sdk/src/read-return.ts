/** Reads what a payer brings back to a shop from the payment page, and believes it only when it is signed. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What became of a payment request at the time the payer was sent back. It is for what the payer sees at once: goods are handed over
 * when a webhook or {@link createFeiqian} says `settled`, because payers may never come back.
 */
export type Return = {
  readonly requestId: string;
  /** `settled` when it was paid; `new`, `processing`, `expired` or `invalid` else. */
  readonly state: string;
  /** The shop's own number, when the request had one. */
  readonly orderId: string | null;
  readonly at: Date;
};

/** An address that must not be believed. Show the order as it is known without it. */
export class ReturnRefused extends Error {
  override readonly name = 'ReturnRefused';
}

export type ReadReturnOptions = {
  /** How long a payer may be on the way, and how far two clocks may differ. */
  readonly toleranceSeconds?: number;
  readonly now?: Date;
};

const toleranceSecondsDefault = 300;
const secretShape = /^fqr_[\w-]{43}$/;
const told =
  /^(.+[?&]feiqian_request=([0-9a-f-]{36})&feiqian_state=([a-z_]{1,40})&feiqian_order=([^&#]*)&feiqian_at=([0-9]{1,12}))&feiqian_signature=([0-9a-f]{64})(?:#.*)?$/s;

/**
 * Checks and reads the address that a payer came back to.
 *
 * @param url - All of it as the payer's browser has it, such as `https://shop.example/done?feiqian_request=…`. A server that sees the path
 *   alone puts its own origin before it; the rest must be exactly as it came.
 * @param secret - `fqr_…` of that return address; of several addresses all.
 * @throws {ReturnRefused} for a missing or wrong signature, one that is too old or from the future, or another address than the one that the
 *   secret belongs to.
 * @throws {TypeError} when `secret` is none.
 * @example readReturn(`https://shop.example${request.url}`, process.env.FEIQIAN_RETURN_SECRET)
 */
export function readReturn(
  url: string,
  secret: string | readonly string[],
  { toleranceSeconds = toleranceSecondsDefault, now = new Date() }: ReadReturnOptions = {},
): Return {
  const [, signed, requestId, state, order, at, signature] = told.exec(url) ?? [];
  if (!signed || !requestId || !state || order === undefined || !at || !signature)
    throw new ReturnRefused('It is not an address that payers are sent back to.');
  const given = Buffer.from(signature, 'hex');
  const secrets = [secret].flat();
  // Left out of a configuration it would be empty, and everybody could sign with that.
  if (!secrets.every((one) => secretShape.test(one))) throw new TypeError('This is no secret of a return address.');
  const isSigned = secrets.some((one) => timingSafeEqual(createHmac('sha256', one).update(signed).digest(), given));
  if (!isSigned) throw new ReturnRefused('The signature is not right.');
  const instant = new Date(Number(at) * 1000);
  if (!(Math.abs(now.getTime() - instant.getTime()) <= toleranceSeconds * 1000))
    throw new ReturnRefused('It is too old, or from the future.');
  return { requestId, state, orderId: order === '' ? null : decodeURIComponent(order), at: instant };
}
