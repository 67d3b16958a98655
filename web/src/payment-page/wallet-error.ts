/** What stood in the way of paying from a wallet in the browser. */
export type WalletProblem =
  /** The person said no in the wallet. */
  | 'REJECTED'
  /** Its window waits for an answer already. */
  | 'PENDING'
  /** It can't sign typed data. */
  | 'CANNOT_SIGN'
  /** It is not connected to a network, or to this page any more. */
  | 'DISCONNECTED'
  /** It stayed on another network. */
  | 'OTHER_CHAIN'
  /** It gave no account. */
  | 'NO_ACCOUNT'
  /** It gave a signature that is not one of a key: of a contract wallet, for example. */
  | 'OTHER_SIGNATURE'
  | 'FAILED';

export class WalletError extends Error {
  override readonly name = 'WalletError';
  readonly problem: WalletProblem;

  constructor(problem: WalletProblem, cause?: unknown) {
    super('The wallet did not do it.', { cause });
    this.problem = problem;
  }
}

// EIP-1193 and EIP-1474; what wallets say in words is theirs and is not shown.
const problems: Readonly<Record<number, WalletProblem>> = {
  4001: 'REJECTED',
  4100: 'NO_ACCOUNT',
  4200: 'CANNOT_SIGN',
  4900: 'DISCONNECTED',
  4901: 'DISCONNECTED',
  [-32_002]: 'PENDING',
  [-32_004]: 'CANNOT_SIGN',
  [-32_601]: 'CANNOT_SIGN',
};

/** What a wallet's refusal means. Some wallets wrap the code that counts. */
export function toWalletError(error: unknown): WalletError {
  if (error instanceof WalletError) return error;
  return new WalletError(problems[codeOfWallet(error)] ?? 'FAILED', error);
}

/** The code of a wallet's refusal; 0 when it has none. */
export function codeOfWallet(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 0;
  const { code, data } = error as { code?: unknown; data?: { originalError?: unknown } };
  const inner = data?.originalError === undefined ? 0 : codeOfWallet(data.originalError);
  return inner || (typeof code === 'number' ? code : 0);
}
