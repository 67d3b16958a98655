// Generated from contracts/Relay.sol by scripts/generate-abi.ts. Change the contract, not this file.

/** ABI of `Relay`. Parameters are named as in the contract, without the underscore that avoids reserved words. */
export const relayAbi = [
  {"inputs":[],"name":"RelayAmountZero","type":"error"},
  {"inputs":[{"name":"received","type":"uint256"},{"name":"expected","type":"uint256"}],"name":"RelayReceivedOther","type":"error"},
  {"inputs":[],"name":"RelayReceiverIsRelay","type":"error"},
  {"inputs":[{"name":"token","type":"address"}],"name":"SafeERC20FailedOperation","type":"error"},
  {"anonymous":false,"inputs":[{"name":"reference","indexed":true,"type":"bytes32"},{"name":"from","indexed":true,"type":"address"},{"name":"to","indexed":true,"type":"address"},{"name":"token","indexed":false,"type":"address"},{"name":"amount","indexed":false,"type":"uint256"},{"name":"fee","indexed":false,"type":"uint256"}],"name":"Relayed","type":"event"},
  {"inputs":[{"name":"request","type":"tuple","components":[{"name":"token","type":"address"},{"name":"from","type":"address"},{"name":"to","type":"address"},{"name":"amount","type":"uint256"},{"name":"fee","type":"uint256"},{"name":"feeReceiver","type":"address"},{"name":"reference","type":"bytes32"},{"name":"validAfter","type":"uint256"},{"name":"validBefore","type":"uint256"},{"name":"salt","type":"bytes32"}]}],"name":"nonceOf","outputs":[{"name":"nonce","type":"bytes32"}],"stateMutability":"view","type":"function"},
  {"inputs":[{"name":"request","type":"tuple","components":[{"name":"token","type":"address"},{"name":"from","type":"address"},{"name":"to","type":"address"},{"name":"amount","type":"uint256"},{"name":"fee","type":"uint256"},{"name":"feeReceiver","type":"address"},{"name":"reference","type":"bytes32"},{"name":"validAfter","type":"uint256"},{"name":"validBefore","type":"uint256"},{"name":"salt","type":"bytes32"}]},{"name":"signature","type":"bytes"}],"name":"relay","outputs":[],"stateMutability":"nonpayable","type":"function"},
] as const;
