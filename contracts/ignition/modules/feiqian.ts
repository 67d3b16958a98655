/**
 * Both stablecoins, the relay and the checkout. The account that deploys becomes admin, pauser and freezer; the parameter `issuer` is
 * the only address that may issue. What was done is recorded, so that a second run does only what is missing.
 */
import { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import type { IgnitionModuleBuilder } from '@nomicfoundation/ignition-core';
import {
  bucketCapacityDefault,
  bucketRefillPerSecondDefault,
  type StablecoinSpec,
  stablecoins,
} from '../stablecoins.ts';

/** Id of the module: the key of its parameters, and the beginning of every future's id. */
export const moduleId = 'Feiqian';

const feiqianModule = buildModule(moduleId, (m) => {
  const usdf = deployStablecoin(m, stablecoins.usdf);
  const cnyf = deployStablecoin(m, stablecoins.cnyf);
  const relay = m.contract('Relay');
  // After all that chains were deployed with before it came: there it takes the next nonce of the account, so on a new
  // chain it must too, or the addresses of the others would depend on when a chain began.
  const checkout = m.contract('Checkout', [], { after: [relay, ...usdf.grants, ...cnyf.grants] });
  return { usdf: usdf.token, cnyf: cnyf.token, relay, checkout };
});

export default feiqianModule;

function deployStablecoin(m: IgnitionModuleBuilder, { name, symbol }: StablecoinSpec) {
  const admin = m.getAccount(0);
  const issuer = m.getParameter('issuer');
  const capacity = m.getParameter('bucketCapacity', bucketCapacityDefault);
  const refillPerSecond = m.getParameter('bucketRefillPerSecond', bucketRefillPerSecondDefault);
  const token = m.contract('Stablecoin', [name, symbol, admin, capacity, refillPerSecond], { id: symbol });
  const roles = [
    ['ISSUER_ROLE', issuer],
    ['PAUSER_ROLE', admin],
    ['FREEZER_ROLE', admin],
  ] as const;
  const grants = roles.map(([role, holder]) => {
    const roleId = m.staticCall(token, role, [], 0, { id: `${symbol}_${role}` });
    return m.call(token, 'grantRole', [roleId, holder], { id: `${symbol}_grant_${role}` });
  });
  return { token, grants };
}
