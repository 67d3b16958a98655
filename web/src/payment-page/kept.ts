/** What this browser remembers of paying one request, so that neither a reload nor a lost answer loses a payment or makes it twice. */

/** A payment that was begun on a gateway's page. */
export type KeptSale = {
  readonly gateway: string;
  readonly title: { readonly zh: string; readonly en: string };
  /** What was missing then, in base units: another rest is another payment. */
  readonly missing: string;
  readonly key: string;
  /** Where it goes on; absent while its beginning has no answer. */
  readonly redirectUrl?: string | undefined;
  readonly expiresAtMs?: number | undefined;
};

/** What a payer signed in their wallet and we have no answer to yet. It pays this request and nothing else. */
export type KeptSignature = {
  readonly key: string;
  readonly body: object;
  /** Unix time from which it can't be used. */
  readonly validBeforeSeconds: number;
};

export type Kept = {
  /** Names the payment from cash that we have no answer to yet. */
  readonly cashKey?: string | undefined;
  readonly sale?: KeptSale | undefined;
  readonly signature?: KeptSignature | undefined;
};

const nameOf = (requestId: string) => `feiqian.payment.${requestId}`;

/** Nothing when there is nothing, or the browser keeps nothing. */
export function readKept(requestId: string): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(requestId)) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

/** Remembers a part; `undefined` forgets it. A browser that keeps nothing pays as well, but not over a reload. */
export function keep(requestId: string, part: Kept): void {
  const kept = Object.entries({ ...readKept(requestId), ...part }).filter(([, value]) => value !== undefined);
  try {
    if (kept.length === 0) localStorage.removeItem(nameOf(requestId));
    else localStorage.setItem(nameOf(requestId), JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // Storage is off or full.
  }
}
