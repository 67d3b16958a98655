// Not part of the first load: only what is behind the gate imports this list.
import { screen } from './screen.ts';

export const ReauthSheet = screen(async () => (await import('../features/session/reauth-sheet.tsx')).ReauthSheet);
export const HomeScreen = screen(async () => (await import('../features/home/home-screen.tsx')).HomeScreen);
export const HistoryScreen = screen(async () => (await import('../features/history/history-screen.tsx')).HistoryScreen);
export const TopUpScreen = screen(async () => (await import('../features/top-up/top-up-screen.tsx')).TopUpScreen);
export const TopUpReturn = screen(async () => (await import('../features/top-up/top-up-return.tsx')).TopUpReturn);
export const ScanScreen = screen(async () => (await import('../features/scan/scan-screen.tsx')).ScanScreen);
export const ReceiveScreen = screen(async () => (await import('../features/receive/receive-screen.tsx')).ReceiveScreen);
export const SendScreen = screen(async () => (await import('../features/send/send-screen.tsx')).SendScreen);
export const CashTransferScreen = screen(
  async () => (await import('../features/cash-transfer/cash-transfer-screen.tsx')).CashTransferScreen,
);
export const ConvertScreen = screen(async () => (await import('../features/convert/convert-screen.tsx')).ConvertScreen);
export const WithdrawScreen = screen(
  async () => (await import('../features/withdraw/withdraw-screen.tsx')).WithdrawScreen,
);
export const LinksScreen = screen(async () => (await import('../features/payment-links/links-screen.tsx')).LinksScreen);
export const NewLinkScreen = screen(
  async () => (await import('../features/payment-links/new-link-screen.tsx')).NewLinkScreen,
);
export const PayScreen = screen(async () => (await import('../features/pay/pay-screen.tsx')).PayScreen);
export const PayCodeScreen = screen(
  async () => (await import('../features/pay-code/pay-code-screen.tsx')).PayCodeScreen,
);
export const PayLimitScreen = screen(
  async () => (await import('../features/pay-code/limit-screen.tsx')).PayLimitScreen,
);
export const SettingsScreen = screen(
  async () => (await import('../features/settings/settings-screen.tsx')).SettingsScreen,
);
export const ApiKeysScreen = screen(
  async () => (await import('../features/api-keys/api-keys-screen.tsx')).ApiKeysScreen,
);
export const WebhooksScreen = screen(
  async () => (await import('../features/webhooks/webhooks-screen.tsx')).WebhooksScreen,
);
export const PayoutsScreen = screen(async () => (await import('../features/payouts/payouts-screen.tsx')).PayoutsScreen);
export const PayoutRuleScreen = screen(async () => (await import('../features/payouts/rule-screen.tsx')).RuleScreen);
export const ItemsScreen = screen(async () => (await import('../features/items/items-screen.tsx')).ItemsScreen);
export const CounterScreen = screen(async () => (await import('../features/counter/counter-screen.tsx')).CounterScreen);
export const ReturnAddressesScreen = screen(
  async () => (await import('../features/return-addresses/return-addresses-screen.tsx')).ReturnAddressesScreen,
);
export const SuspenseScreen = screen(
  async () => (await import('../features/staff/suspense-screen.tsx')).SuspenseScreen,
);
export const HoldsScreen = screen(async () => (await import('../features/staff/holds-screen.tsx')).HoldsScreen);
export const RulesScreen = screen(async () => (await import('../features/staff/rules-screen.tsx')).RulesScreen);
export const ContactsScreen = screen(
  async () => (await import('../features/contacts/contacts-screen.tsx')).ContactsScreen,
);
export const PhraseScreen = screen(async () => (await import('../features/settings/phrase-screen.tsx')).PhraseScreen);
export const AccountsScreen = screen(
  async () => (await import('../features/accounts/accounts-screen.tsx')).AccountsScreen,
);
export const ImportAccountScreen = screen(
  async () => (await import('../features/accounts/import-screen.tsx')).ImportAccountScreen,
);
export const FindAccountsScreen = screen(
  async () => (await import('../features/accounts/find-screen.tsx')).FindAccountsScreen,
);
export const ApprovalsScreen = screen(
  async () => (await import('../features/approvals/approvals-screen.tsx')).ApprovalsScreen,
);
export const PasswordScreen = screen(
  async () => (await import('../features/settings/password-screen.tsx')).PasswordScreen,
);
export const BackupScreen = screen(async () => (await import('../features/settings/backup-screen.tsx')).BackupScreen);
export const TwoStepScreen = screen(
  async () => (await import('../features/second-factors/two-step-screen.tsx')).TwoStepScreen,
);
export const PasskeysScreen = screen(
  async () => (await import('../features/second-factors/passkeys-screen.tsx')).PasskeysScreen,
);
export const TokensScreen = screen(async () => (await import('../features/tokens/tokens-screen.tsx')).TokensScreen);
export const AddTokenScreen = screen(
  async () => (await import('../features/tokens/add-token-screen.tsx')).AddTokenScreen,
);
