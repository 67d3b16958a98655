import type { messages as zh } from './settings-aside.zh.ts';

/** Words of the settings beside a setting. */
export const messages: typeof zh = {
  safety: 'Security',
  accounts: 'Accounts',
  phrase: 'Recovery phrase',
  payLimit: 'Paying without asking',
  approvals: 'Token approvals',
  password: 'Password',
  twoStep: 'Two-step verification',
  passkeys: 'Passkeys',
  backup: 'Backup file',
  shop: 'For shops',
  counter: 'Counter',
  items: 'Items',
  apiKeys: 'API keys',
  webhooks: 'Payment notifications',
  payouts: 'Automatic payouts',
  returns: 'Return addresses',
};
