/** How much a person has to do for something, counted while it is done, beside what the best wallet asks for. */
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

/** What a person had to do. */
export type Effort = { readonly clicks: number; readonly fields: number };

/** A hand that counts: each press of the mouse, and each field that has to be filled in. */
export class Hand {
  #clicks = 0;
  #fields = 0;

  async click(what: Locator): Promise<void> {
    this.#clicks += 1;
    await what.click();
  }

  async fill(what: Locator, text: string): Promise<void> {
    this.#fields += 1;
    await what.fill(text);
  }

  get effort(): Effort {
    return { clicks: this.#clicks, fields: this.#fields };
  }
}

type Standard = { readonly wallet: string; readonly effort?: Effort; readonly max: Effort };

const none = 'none is counted';
const restore: Standard = { wallet: 'Rainbow', effort: { clicks: 6, fields: 2 }, max: { clicks: 3, fields: 2 } };

/**
 * The best that other wallets have, counted in their own end-to-end tests or sources (Rabby from its source; Chinese wallets from what
 * they tell merchants); and what is asked of ours. From the welcome screen or from home, where nothing else is said.
 */
const standards = {
  Create: { wallet: 'Rabby', effort: { clicks: 3, fields: 2 }, max: { clicks: 2, fields: 2 } },
  'Restore a phrase, after the paste': restore,
  'Restore one with a passphrase': { ...restore, max: { clicks: 3, fields: 3 } },
  'Restore a private key': restore,
  'Restore a keystore': { ...restore, max: { clicks: 3, fields: 3 } },
  'Watch an address': restore,
  'Top up': { wallet: 'Interledger', effort: { clicks: 3, fields: 1 }, max: { clicks: 3, fields: 1 } },
  Send: { wallet: 'MetaMask', effort: { clicks: 3, fields: 2 }, max: { clicks: 3, fields: 2 } },
  'Send again': { wallet: 'MetaMask', effort: { clicks: 3, fields: 2 }, max: { clicks: 2, fields: 1 } },
  'Send by name': { wallet: 'MetaMask', effort: { clicks: 3, fields: 2 }, max: { clicks: 2, fields: 1 } },
  Receive: { wallet: 'Rainbow', effort: { clicks: 1, fields: 0 }, max: { clicks: 1, fields: 0 } },
  Convert: { wallet: none, max: { clicks: 3, fields: 1 } },
  'Pay a link': { wallet: 'Alipay+ order code', effort: { clicks: 3, fields: 0 }, max: { clicks: 1, fields: 0 } },
  'Scan and pay': { wallet: 'Alipay+ order code', effort: { clicks: 3, fields: 0 }, max: { clicks: 3, fields: 0 } },
  'Pay by pay code': { wallet: 'WeChat Quick Pay', effort: { clicks: 3, fields: 0 }, max: { clicks: 2, fields: 0 } },
  'Take a pay code, at the counter': { wallet: none, max: { clicks: 3, fields: 1 } },
  Undo: { wallet: none, max: { clicks: 2, fields: 0 } },
  'Speed up': { wallet: none, max: { clicks: 3, fields: 0 } },
  Cancel: { wallet: none, max: { clicks: 3, fields: 0 } },
  'Revoke, from the settings': { wallet: none, max: { clicks: 3, fields: 0 } },
} as const satisfies Record<string, Standard>;
export type CountedFlow = keyof typeof standards;

/** Keeps what was counted until it is judged. */
export function createTally() {
  const done = new Map<CountedFlow, Effort>();
  return {
    /** Does something with a hand that counts. */
    count: async (flow: CountedFlow, steps: (hand: Hand) => Promise<void>): Promise<void> => {
      const hand = new Hand();
      await steps(hand);
      done.set(flow, hand.effort);
    },
    /** Prints what each took beside the best wallet's, and fails for more than was promised or than that wallet asks for. */
    judge: (...flows: readonly CountedFlow[]): void => {
      process.stdout.write(`${flows.map((flow) => describe(flow, done.get(flow))).join('\n')}\n`);
      for (const flow of flows) {
        const { effort, max }: Standard = standards[flow];
        const ours = done.get(flow) ?? { clicks: Number.NaN, fields: Number.NaN };
        expect([flow, ours.clicks <= max.clicks, ours.fields <= max.fields]).toEqual([flow, true, true]);
        if (effort) expect([flow, ours.clicks + ours.fields <= effort.clicks + effort.fields]).toEqual([flow, true]);
      }
    },
  };
}

function describe(flow: CountedFlow, ours: Effort | undefined): string {
  const { wallet, effort }: Standard = standards[flow];
  const show = (one: Effort | undefined) => (one ? `${one.clicks} clicks, ${one.fields} fields` : 'not counted');
  return `${flow.padEnd(36)}${`ours ${show(ours)}`.padEnd(28)}${effort ? `${wallet} ${show(effort)}` : wallet}`;
}
