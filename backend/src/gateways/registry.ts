import type { GatewayWire } from '@feiqian/domain/api/cash';
import { AppError } from '@feiqian/domain/errors';
import { type Amount, encodeAmount, type Money } from '@feiqian/domain/money';
import type { Gateway } from './gateway.ts';

/** The gateways that the operator has credentials for, cheapest first. */
export type GatewayRegistry = {
  readonly list: () => readonly Gateway[];
  /** @throws {AppError} GATEWAY_UNKNOWN. */
  readonly get: (name: string) => Gateway;
  readonly find: (name: string) => Gateway | undefined;
};

/** @throws {Error} when two gateways have one name. */
export function createGatewayRegistry(gateways: readonly Gateway[]): GatewayRegistry {
  const byName = new Map(gateways.map((gateway) => [gateway.name, gateway]));
  if (byName.size !== gateways.length) throw new Error('Two gateways have one name.');
  return {
    list: () => gateways,
    find: (name) => byName.get(name),
    get(name) {
      const gateway = byName.get(name);
      if (!gateway) throw new AppError('GATEWAY_UNKNOWN', 'This deployment does not have that gateway.');
      return gateway;
    },
  };
}

/** The gateways that can take this; all of them when nothing is asked for. */
export function listServing(
  gateways: readonly Gateway[],
  { asset, amount }: { readonly asset: string | undefined; readonly amount: Amount | undefined },
): Gateway[] {
  return gateways.filter(
    (gateway) =>
      (asset === undefined || gateway.assets.some((id) => id === asset)) &&
      (amount === undefined || (amount >= gateway.min && amount <= gateway.max)),
  );
}

/** A gateway as people see it. */
export function encodeGateway({ name, title, assets, min, max, canPayOut }: Gateway): GatewayWire {
  return {
    name,
    title: { ...title },
    assets: [...assets],
    min: encodeAmount(min),
    max: encodeAmount(max),
    payout: canPayOut,
  };
}

/**
 * Checks that a gateway takes this money.
 *
 * @throws {AppError} ASSET_UNKNOWN, AMOUNT_TOO_SMALL, AMOUNT_TOO_LARGE.
 */
export function requireServed(gateway: Gateway, money: Money): void {
  if (!gateway.assets.some((id) => id === money.asset))
    throw new AppError('ASSET_UNKNOWN', 'The gateway does not take this currency.', {
      details: { field: 'money.asset' },
    });
  const details = { field: 'money.amount', min: encodeAmount(gateway.min), max: encodeAmount(gateway.max) };
  if (money.amount < gateway.min)
    throw new AppError('AMOUNT_TOO_SMALL', 'Below what the gateway takes at once.', { details });
  if (money.amount > gateway.max)
    throw new AppError('AMOUNT_TOO_LARGE', 'Above what the gateway takes at once.', { details });
}
