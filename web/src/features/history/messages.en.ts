import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'History',
  search: 'Search by person, note or number',
  kind: 'Kind',
  allKinds: 'Any kind',
  status: 'State',
  allStatuses: 'Any state',
  asset: 'Asset',
  allAssets: 'Any asset',
  more: 'Show more',
  emptyTitle: 'Everything that comes in or goes out is listed here by day',
  emptyBody: 'Top-ups, transfers, payments, withdrawals: cash and tokens in one place.',
  emptyAction: 'Top up',
  noneTitle: 'Nothing matches',
  noneBody: 'Try other words, or clear what is chosen above.',
  noneAction: 'Clear filters',
  detailTitle: 'Details',
  chooseTitle: 'Choose one to follow the money',
  chooseBody: 'Bank, provider, ledger, chain: each step is shown here.',
  failedEffect: 'Your balance is not affected.',
};
