/** The words on the screens, by language: what a person looks for there. */
import { messages as mishapEn } from '../../src/app/mishap.en.ts';
import { messages as mishapZh } from '../../src/app/mishap.zh.ts';
import { messages as shellEn } from '../../src/app/shell.en.ts';
import { messages as shellZh } from '../../src/app/shell.zh.ts';
import { messages as accountsEn } from '../../src/features/accounts/messages.en.ts';
import { messages as accountsZh } from '../../src/features/accounts/messages.zh.ts';
import { messages as apiKeysEn } from '../../src/features/api-keys/messages.en.ts';
import { messages as apiKeysZh } from '../../src/features/api-keys/messages.zh.ts';
import { messages as approvalsEn } from '../../src/features/approvals/messages.en.ts';
import { messages as approvalsZh } from '../../src/features/approvals/messages.zh.ts';
import { messages as contactsEn } from '../../src/features/contacts/messages.en.ts';
import { messages as contactsZh } from '../../src/features/contacts/messages.zh.ts';
import { messages as convertEn } from '../../src/features/convert/messages.en.ts';
import { messages as convertZh } from '../../src/features/convert/messages.zh.ts';
import { messages as counterEn } from '../../src/features/counter/messages.en.ts';
import { messages as counterZh } from '../../src/features/counter/messages.zh.ts';
import { messages as historyScreenEn } from '../../src/features/history/messages.en.ts';
import { messages as historyScreenZh } from '../../src/features/history/messages.zh.ts';
import { messages as homeEn } from '../../src/features/home/messages.en.ts';
import { messages as homeZh } from '../../src/features/home/messages.zh.ts';
import { messages as itemsEn } from '../../src/features/items/messages.en.ts';
import { messages as itemsZh } from '../../src/features/items/messages.zh.ts';
import { messages as payEn } from '../../src/features/pay/messages.en.ts';
import { messages as payZh } from '../../src/features/pay/messages.zh.ts';
import { messages as payCodeEn } from '../../src/features/pay-code/messages.en.ts';
import { messages as payCodeZh } from '../../src/features/pay-code/messages.zh.ts';
import { messages as linksEn } from '../../src/features/payment-links/messages.en.ts';
import { messages as linksZh } from '../../src/features/payment-links/messages.zh.ts';
import { messages as payoutsEn } from '../../src/features/payouts/messages.en.ts';
import { messages as payoutsZh } from '../../src/features/payouts/messages.zh.ts';
import { messages as receiveEn } from '../../src/features/receive/messages.en.ts';
import { messages as receiveZh } from '../../src/features/receive/messages.zh.ts';
import { messages as returnsEn } from '../../src/features/return-addresses/messages.en.ts';
import { messages as returnsZh } from '../../src/features/return-addresses/messages.zh.ts';
import { messages as scanEn } from '../../src/features/scan/messages.en.ts';
import { messages as scanZh } from '../../src/features/scan/messages.zh.ts';
import { messages as twoStepEn } from '../../src/features/second-factors/messages.en.ts';
import { messages as twoStepZh } from '../../src/features/second-factors/messages.zh.ts';
import { messages as passkeysEn } from '../../src/features/second-factors/passkey-messages.en.ts';
import { messages as passkeysZh } from '../../src/features/second-factors/passkey-messages.zh.ts';
import { messages as sendEn } from '../../src/features/send/messages.en.ts';
import { messages as sendZh } from '../../src/features/send/messages.zh.ts';
import { messages as sessionEn } from '../../src/features/session/messages.en.ts';
import { messages as sessionZh } from '../../src/features/session/messages.zh.ts';
import { messages as newcomerEn } from '../../src/features/session/newcomer.en.ts';
import { messages as newcomerZh } from '../../src/features/session/newcomer.zh.ts';
import { messages as rescueEn } from '../../src/features/session/rescue.en.ts';
import { messages as rescueZh } from '../../src/features/session/rescue.zh.ts';
import { messages as restoreEn } from '../../src/features/session/restore.en.ts';
import { messages as restoreZh } from '../../src/features/session/restore.zh.ts';
import { messages as settingsEn } from '../../src/features/settings/messages.en.ts';
import { messages as settingsZh } from '../../src/features/settings/messages.zh.ts';
import { messages as holdsEn } from '../../src/features/staff/hold-messages.en.ts';
import { messages as holdsZh } from '../../src/features/staff/hold-messages.zh.ts';
import { messages as staffEn } from '../../src/features/staff/messages.en.ts';
import { messages as staffZh } from '../../src/features/staff/messages.zh.ts';
import { messages as rulesEn } from '../../src/features/staff/rule-words.en.ts';
import { messages as rulesZh } from '../../src/features/staff/rule-words.zh.ts';
import { messages as tokensEn } from '../../src/features/tokens/messages.en.ts';
import { messages as tokensZh } from '../../src/features/tokens/messages.zh.ts';
import { messages as webhooksEn } from '../../src/features/webhooks/messages.en.ts';
import { messages as webhooksZh } from '../../src/features/webhooks/messages.zh.ts';
import { messages as withdrawEn } from '../../src/features/withdraw/messages.en.ts';
import { messages as withdrawZh } from '../../src/features/withdraw/messages.zh.ts';
import { messages as commonEn } from '../../src/i18n/common.en.ts';
import { messages as commonZh } from '../../src/i18n/common.zh.ts';
import { messages as contactEn } from '../../src/lib/address-book/words.en.ts';
import { messages as contactZh } from '../../src/lib/address-book/words.zh.ts';
import { messages as bankEn } from '../../src/lib/bank-words.en.ts';
import { messages as bankZh } from '../../src/lib/bank-words.zh.ts';
import { messages as errorsEn } from '../../src/lib/error-text.en.ts';
import { messages as errorsZh } from '../../src/lib/error-text.zh.ts';
import { messages as formEn } from '../../src/lib/form-words.en.ts';
import { messages as formZh } from '../../src/lib/form-words.zh.ts';
import { messages as historyEn } from '../../src/lib/history/words.en.ts';
import { messages as historyZh } from '../../src/lib/history/words.zh.ts';
import { messages as keystoreExportEn } from '../../src/lib/keystore-export/words.en.ts';
import { messages as keystoreExportZh } from '../../src/lib/keystore-export/words.zh.ts';
import { messages as reviewEn } from '../../src/lib/review/words.en.ts';
import { messages as reviewZh } from '../../src/lib/review/words.zh.ts';
import { messages as cameraEn } from '../../src/lib/scan/camera-words.en.ts';
import { messages as cameraZh } from '../../src/lib/scan/camera-words.zh.ts';
import { messages as secondFactorEn } from '../../src/lib/second-factor/words.en.ts';
import { messages as secondFactorZh } from '../../src/lib/second-factor/words.zh.ts';
import { messages as secretBoxEn } from '../../src/lib/secret-box/words.en.ts';
import { messages as secretBoxZh } from '../../src/lib/secret-box/words.zh.ts';
import { messages as speedEn } from '../../src/lib/speed-words.en.ts';
import { messages as speedZh } from '../../src/lib/speed-words.zh.ts';
import { messages as unverifiedEn } from '../../src/lib/unverified.en.ts';
import { messages as unverifiedZh } from '../../src/lib/unverified.zh.ts';
import { messages as paymentFailuresEn } from '../../src/payment-page/failures.en.ts';
import { messages as paymentFailuresZh } from '../../src/payment-page/failures.zh.ts';
import { messages as paymentPageEn } from '../../src/payment-page/messages.en.ts';
import { messages as paymentPageZh } from '../../src/payment-page/messages.zh.ts';

export const sentences = {
  zh: {
    accounts: accountsZh,
    restore: restoreZh,
    secretBox: secretBoxZh,
    rescue: rescueZh,
    keystoreExport: keystoreExportZh,
    apiKeys: apiKeysZh,
    approvals: approvalsZh,
    review: reviewZh,
    bank: bankZh,
    common: commonZh,
    paymentPage: paymentPageZh,
    paymentFailures: paymentFailuresZh,
    contact: contactZh,
    contacts: contactsZh,
    convert: convertZh,
    counter: counterZh,
    errors: errorsZh,
    form: formZh,
    history: historyZh,
    historyScreen: historyScreenZh,
    holds: holdsZh,
    home: homeZh,
    items: itemsZh,
    links: linksZh,
    mishap: mishapZh,
    newcomer: newcomerZh,
    pay: payZh,
    passkeys: passkeysZh,
    payouts: payoutsZh,
    returns: returnsZh,
    receive: receiveZh,
    camera: cameraZh,
    payCode: payCodeZh,
    rules: rulesZh,
    scan: scanZh,
    send: sendZh,
    speed: speedZh,
    session: sessionZh,
    settings: settingsZh,
    shell: shellZh,
    secondFactor: secondFactorZh,
    staff: staffZh,
    tokens: tokensZh,
    unverified: unverifiedZh,
    twoStep: twoStepZh,
    webhooks: webhooksZh,
    withdraw: withdrawZh,
  },
  en: {
    accounts: accountsEn,
    restore: restoreEn,
    secretBox: secretBoxEn,
    rescue: rescueEn,
    keystoreExport: keystoreExportEn,
    apiKeys: apiKeysEn,
    approvals: approvalsEn,
    review: reviewEn,
    bank: bankEn,
    common: commonEn,
    paymentPage: paymentPageEn,
    paymentFailures: paymentFailuresEn,
    contact: contactEn,
    contacts: contactsEn,
    convert: convertEn,
    counter: counterEn,
    errors: errorsEn,
    form: formEn,
    history: historyEn,
    historyScreen: historyScreenEn,
    holds: holdsEn,
    home: homeEn,
    items: itemsEn,
    links: linksEn,
    mishap: mishapEn,
    newcomer: newcomerEn,
    pay: payEn,
    passkeys: passkeysEn,
    payouts: payoutsEn,
    returns: returnsEn,
    receive: receiveEn,
    camera: cameraEn,
    payCode: payCodeEn,
    rules: rulesEn,
    scan: scanEn,
    send: sendEn,
    speed: speedEn,
    session: sessionEn,
    settings: settingsEn,
    shell: shellEn,
    secondFactor: secondFactorEn,
    staff: staffEn,
    tokens: tokensEn,
    unverified: unverifiedEn,
    twoStep: twoStepEn,
    webhooks: webhooksEn,
    withdraw: withdrawEn,
  },
};
