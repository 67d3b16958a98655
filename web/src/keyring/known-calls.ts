import { type Address, decodeFunctionData, encodeFunctionData, type Hex, parseAbi } from 'viem';

/** Functions of contracts that the wallet can say in words, or at least knows to be dangerous. */
const knownAbi = parseAbi([
  // ERC-20, and the two that many tokens add
  'function transfer(address to, uint256 amount)',
  'function transferFrom(address from, address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function increaseAllowance(address spender, uint256 amount)',
  'function decreaseAllowance(address spender, uint256 amount)',
  // ERC-721, ERC-1155
  'function setApprovalForAll(address operator, bool isAllowed)',
  'function safeTransferFrom(address from, address to, uint256 item)',
  'function safeTransferFrom(address from, address to, uint256 item, bytes data)',
  'function safeTransferFrom(address from, address to, uint256 item, uint256 quantity, bytes data)',
  // Several calls in one
  'function multicall(bytes[] calls)',
  'function multicall(uint256 deadline, bytes[] calls)',
  'function aggregate3((address target, bool allowFailure, bytes data)[] calls)',
  'function multiSend(bytes transactions)',
  // Safe: `operation` 1 is a delegate call
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)',
]);

/** A call in words. */
export type KnownCall =
  | { readonly name: 'transfer'; readonly to: Address; readonly amount: bigint }
  | { readonly name: 'pull'; readonly from: Address; readonly to: Address; readonly amount: bigint }
  | {
      readonly name: 'allow';
      readonly spender: Address;
      readonly change: 'set' | 'increase' | 'decrease';
      readonly amount: bigint;
    }
  | { readonly name: 'open_collection'; readonly operator: Address; readonly isAllowed: boolean }
  | {
      readonly name: 'give_item';
      readonly from: Address;
      readonly to: Address;
      readonly item: bigint;
      readonly quantity: bigint;
    }
  | { readonly name: 'bundle' }
  | { readonly name: 'delegate' };

/**
 * Reads a call, and only in the exact form that a compiler gives it: anything else could be read differently by the
 * contract.
 *
 * @returns undefined for calls that the wallet cannot explain.
 */
export function decodeKnownCall(data: Hex): KnownCall | undefined {
  const call = decode(data);
  if (!call) return undefined;
  switch (call.functionName) {
    case 'transfer':
      return { name: 'transfer', to: call.args[0], amount: call.args[1] };
    case 'transferFrom':
      return { name: 'pull', from: call.args[0], to: call.args[1], amount: call.args[2] };
    case 'approve':
      return { name: 'allow', spender: call.args[0], change: 'set', amount: call.args[1] };
    case 'increaseAllowance':
      return { name: 'allow', spender: call.args[0], change: 'increase', amount: call.args[1] };
    case 'decreaseAllowance':
      return { name: 'allow', spender: call.args[0], change: 'decrease', amount: call.args[1] };
    case 'setApprovalForAll':
      return { name: 'open_collection', operator: call.args[0], isAllowed: call.args[1] };
    case 'safeTransferFrom': {
      const [from, to, item, quantity] = call.args;
      return { name: 'give_item', from, to, item, quantity: typeof quantity === 'bigint' ? quantity : 1n };
    }
    case 'execTransaction':
      return call.args[3] === 0 ? undefined : { name: 'delegate' };
    default:
      return { name: 'bundle' };
  }
}

function decode(data: Hex) {
  try {
    const call = decodeFunctionData({ abi: knownAbi, data });
    return encodeFunctionData({ abi: knownAbi, ...call } as Parameters<typeof encodeFunctionData>[0]) === data
      ? call
      : undefined;
  } catch {
    return undefined;
  }
}
