/** Which JSON-RPC calls change the local chain, so that they have to be in its log. */

const sends = new Set(['eth_sendTransaction', 'eth_sendRawTransaction', 'eth_sendRawTransactionSync']);
const mines = new Set(['evm_mine', 'hardhat_mine']);

// Of the two namespaces that change things, these do not change the chain.
const harmless = new Set([
  'hardhat_getAutomine',
  'hardhat_metadata',
  'hardhat_setLoggingEnabled',
  'hardhat_addCompilationResult',
]);

const refused = new Map([
  [
    'hardhat_reset',
    'This chain keeps a log of all calls, and a reset would break it. Use npm start -- --fresh to begin anew.',
  ],
  [
    'evm_setIntervalMining',
    'This chain mines by itself, a block a second while something is unfinal; an interval of its own is not supported.',
  ],
]);

/** Why a call can't be part of the log at all; undefined for the others. */
export function findRefusal(method: string): string | undefined {
  return refused.get(method);
}

/** True for calls that change state and therefore are logged and replayed. Unknown calls of the changing namespaces count as changes. */
export function isStateChanging(method: string): boolean {
  if (sends.has(method) || mines.has(method)) return true;
  return /^(evm|hardhat)_/.test(method) && !harmless.has(method);
}

/** True for calls that send a transaction: with automine they also mine it. */
export function isSend(method: string): boolean {
  return sends.has(method);
}

/** True for calls that may mine blocks, so that the time of the next block has to be fixed first. */
export function mayMine(method: string): boolean {
  return sends.has(method) || mines.has(method);
}
