import { historyStatuses } from '@feiqian/domain/api/history';
import { describe, expect, it } from 'vitest';
import { createAssetBook } from '../assets.ts';
import { aLeg, anEntry } from './an-entry.ts';
import {
  heldUntilOf,
  iconOf,
  isCancelling,
  nameCounterparty,
  nextOf,
  ownRequestOf,
  reasonOf,
  reviewedUntilOf,
  shapeOf,
  stateOf,
  titleOf,
} from './describe-entry.ts';
import { messages as en } from './words.en.ts';
import { messages as zh } from './words.zh.ts';

const token = 'eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3';
const book = createAssetBook({
  chains: [],
  bridge: true,
  assets: [
    { id: 'iso4217:CNY', kind: 'cash', symbol: 'CNY', name: 'Chinese yuan', decimals: 2 },
    { id: token, kind: 'token', symbol: 'CNYF', name: 'CNYF', decimals: 6, cash: 'iso4217:CNY' },
  ],
});
const lin = { kind: 'person', value: 'lin' } as const;

describe('titles', () => {
  it('name the other side and the direction', () => {
    expect(titleOf(anEntry({ kind: 'cash_transfer', direction: 'out', counterparty: lin }), zh, book)).toBe(
      '转给 @lin',
    );
    expect(titleOf(anEntry({ kind: 'cash_transfer', direction: 'in', counterparty: lin }), en, book)).toBe('From @lin');
    expect(titleOf(anEntry({ kind: 'payment', direction: 'out', counterparty: lin }), en, book)).toBe('Paid @lin');
  });

  it('call the other side as the person does', () => {
    expect(titleOf(anEntry({ kind: 'cash_transfer', direction: 'out', counterparty: lin }), zh, book, '林磊')).toBe(
      '转给 林磊',
    );
    expect(titleOf(anEntry({ kind: 'payment', direction: 'in', counterparty: lin }), en, book, 'Lin')).toContain('Lin');
    expect(titleOf(anEntry({ kind: 'top_up' }), en, book, 'Lin')).toBe('Top-up');
  });

  it('tell a refund that comes from one that goes', () => {
    const refund = anEntry({ kind: 'refund', direction: 'out', counterparty: lin });
    expect(titleOf(refund, zh, book)).toBe('退给 @lin');
    expect(titleOf({ ...refund, direction: 'in' }, en, book)).toBe('Refund from @lin');
    expect(iconOf(refund)).not.toBe(iconOf(anEntry({ kind: 'payment', counterparty: lin })));
  });

  it('do not take a provider for the one who paid through it', () => {
    const counterparty = { kind: 'gateway', value: 'sandbox' } as const;
    expect(titleOf(anEntry({ kind: 'payment', direction: 'in', counterparty }), zh, book)).toBe('收款');
    expect(titleOf(anEntry({ kind: 'refund', direction: 'out', counterparty }), en, book)).toBe('Refund');
  });

  it('name the asset where nobody is known', () => {
    const entry = anEntry({ kind: 'token_transfer', direction: 'in', money: { asset: token, amount: '1' } });
    expect(titleOf(entry, zh, book)).toBe('收到 CNYF');
  });

  it('say what a conversion turns into what', () => {
    const entry = anEntry({ kind: 'conversion', direction: 'self', counterMoney: { asset: token, amount: '1' } });
    expect(titleOf(entry, en, book)).toBe('CNY to CNYF');
  });

  it('shorten an address', () => {
    const counterparty = { kind: 'address', value: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' } as const;
    expect(nameCounterparty(anEntry({ counterparty }))).toBe('0xd8dA…6045');
  });
});

describe('the payment request of an entry', () => {
  const paymentRequestId = '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10';

  it('is the person’s own when they are paid or give back, and somebody else’s the other way round', () => {
    expect(ownRequestOf(anEntry({ kind: 'payment', direction: 'in', paymentRequestId }))).toBe(paymentRequestId);
    expect(ownRequestOf(anEntry({ kind: 'refund', direction: 'out', paymentRequestId }))).toBe(paymentRequestId);
    expect(ownRequestOf(anEntry({ kind: 'payment', direction: 'out', paymentRequestId }))).toBeUndefined();
    expect(ownRequestOf(anEntry({ kind: 'refund', direction: 'in', paymentRequestId }))).toBeUndefined();
    expect(ownRequestOf(anEntry({ kind: 'payment', direction: 'in' }))).toBeUndefined();
  });
});

describe('states', () => {
  it('never say only "pending": an unknown stage still says who has the money', () => {
    expect(stateOf(anEntry({ stage: 'something-new', holder: 'bank' }), zh)).toBe('钱在银行');
    expect(stateOf(anEntry({ stage: 'something-new', holder: 'chain' }), en)).toBe('The money is on the chain');
  });

  it('have a sentence for the stage', () => {
    expect(stateOf(anEntry({ kind: 'top_up', stage: 'paying' }), zh)).toBe('等您在支付页面付款');
  });

  it('read from the side of whoever looks', () => {
    expect(
      stateOf(anEntry({ kind: 'cash_transfer', stage: 'posted', direction: 'out', status: 'completed' }), zh),
    ).toBe('对方已收到');
    expect(stateOf(anEntry({ kind: 'cash_transfer', stage: 'posted', direction: 'in', status: 'completed' }), zh)).toBe(
      '已到账',
    );
  });

  it('have a sentence for every stage of a refund, from both sides', () => {
    const out = ['posted', 'reserved', 'sent', 'settled', 'submitted', 'mined', 'final', 'failed', 'dropped'];
    const said = (direction: 'in' | 'out', stages: readonly string[]) =>
      stages.map((stage) => stateOf(anEntry({ kind: 'refund', stage, direction, status: 'completed' }), zh));
    expect(said('out', out)).not.toContain(zh.statuses.completed);
    expect(said('in', ['posted', 'mined', 'final'])).toEqual([
      '退款已到账',
      '已上链，等待最终确认',
      '退款已到您的地址',
    ]);
  });

  it('tell cash that will become tokens from cash that stays', () => {
    expect(stateOf(anEntry({ stage: 'credited', status: 'pending' }), en)).toBe('The money is here; tokens come next');
    expect(stateOf(anEntry({ stage: 'credited', status: 'completed' }), en)).toBe('Kept as cash, held by the operator');
  });

  it('have the same sentences in both languages', () => {
    expect(Object.keys(en.stages).sort()).toEqual(Object.keys(zh.stages).sort());
    expect(Object.keys(en.reasons).sort()).toEqual(Object.keys(zh.reasons).sort());
    expect(Object.keys(en.legs).sort()).toEqual(Object.keys(zh.legs).sort());
  });

  it('say what happens next as long as something does, also for a stage that is new', () => {
    expect(nextOf(anEntry({ kind: 'top_up', stage: 'paid' }), zh)).toBe('记入您的现金余额，一般几秒。');
    expect(nextOf(anEntry({ stage: 'something-new' }), en)).toBe(en.nextUnknown);
    expect(nextOf(anEntry({ kind: 'top_up', stage: 'credited', status: 'pending' }), en)).toMatch(/issued on chain/);
    expect(nextOf(anEntry({ kind: 'top_up', stage: 'credited', status: 'completed' }), zh)).toBeUndefined();
    expect(Object.keys(en.nexts).sort()).toEqual(Object.keys(zh.nexts).sort());
  });

  it('have a shape for every status', () => {
    expect(historyStatuses.map(shapeOf)).toEqual(['waiting', 'done', 'failed', 'failed', 'waiting']);
  });

  it('show an unknown reason as it is', () => {
    expect(reasonOf('DECLINED', zh)).toBe('银行拒绝');
    expect(reasonOf('X-99', en)).toBe('Reason code: X-99');
  });
});

describe('a payment that can be undone', () => {
  const leg = aLeg({ status: 'waiting' });
  const held = anEntry({ kind: 'token_transfer', stage: 'held', status: 'pending', legs: [leg] });

  it('says until when, and only while it can', () => {
    expect(heldUntilOf(held)).toBe(leg.at);
    expect(heldUntilOf({ ...held, stage: 'submitted' })).toBeUndefined();
    expect(stateOf(held, zh)).toBe('待转出，现在可以撤回');
  });

  it('says how it ended, and apart from one that the chain did not take', () => {
    const over = { ...held, stage: 'dropped', status: 'cancelled' } as const;
    const sentences = [null, 'UNDONE', 'CANCELLED'].map((reason) => stateOf({ ...over, reason }, en));
    expect(new Set(sentences).size).toBe(3);
    expect(sentences[1]).toBe('Undone; you still have the tokens');
  });
});

describe('a payment that is being cancelled', () => {
  const leg = aLeg({ kind: 'cancel' });
  const entry = anEntry({ kind: 'token_transfer', stage: 'submitted', status: 'pending', legs: [leg] });

  it('says so until one of the two is in a block', () => {
    expect(stateOf(entry, zh)).toBe('正在取消，等待上链');
    expect(isCancelling({ ...entry, legs: [{ ...leg, status: 'dropped' }] })).toBe(false);
    expect(isCancelling({ ...entry, stage: 'mined' })).toBe(false);
  });
});

describe('a movement that is looked into', () => {
  const leg = {
    rail: 'ledger',
    kind: 'reserve',
    status: 'waiting',
    asset: 'iso4217:CNY',
    amount: '15000',
    reference: null,
    gateway: null,
    chainId: null,
    blockNumber: null,
    at: '2026-12-03T10:00:00.000Z',
  } as const;
  const waiting = anEntry({
    kind: 'withdrawal',
    stage: 'in_review',
    status: 'pending',
    holder: 'operator',
    legs: [leg],
  });

  it('says who has the money, what comes next and until when, whatever kind it is', () => {
    for (const kind of ['withdrawal', 'cash_transfer', 'payment', 'conversion', 'refund'] as const) {
      const entry = { ...waiting, kind };
      expect(stateOf(entry, en)).toBe('Being checked by the operator; the money is set aside');
      expect(nextOf(entry, zh)).toContain('如果不是您本人办理的，请马上联系运营方');
      expect(reviewedUntilOf(entry)).toBe(leg.at);
    }
  });

  it('says how it ended without naming the bank, and has no end to wait for any more', () => {
    const over = { ...waiting, stage: 'returned', status: 'failed', reason: 'REVIEW_REFUSED' } as const;
    expect(stateOf(over, en)).toBe('Checked and not carried out; the money is yours again');
    expect(stateOf({ ...over, reason: 'REVIEW_EXPIRED' }, zh)).toBe('未在期限内办理，钱已退还');
    expect(reviewedUntilOf(over)).toBeUndefined();
    expect(nextOf(over, en)).toBeUndefined();
  });
});
