import type { messages as zh } from './messages.zh.ts';

export const messages: typeof zh = {
  title: 'Scan',
  lead: 'Scan a payment code, an address, a payment link or a merchant’s code. A picture can be dropped here, and anything pasted.',
  picture: 'Read from a picture',
  noCode: 'There is no code in that picture',
  paste: 'Paste an address, a code’s content or a payment link',
  goOn: 'Continue',
  enter: 'Paste something first',
  drop: 'Drop it to read it',
  told: {
    secret: {
      private_key: 'That looks like a private key',
      phrase: 'That looks like a recovery phrase',
      keystore: 'That is an encrypted key file',
      one_time_password: 'That is the secret of a one-time password',
    },
    secretBody:
      'Whoever has it has the money. It was not kept and is not shown. Show it to nobody, and paste it into no page; paying and being paid never need it.',
    payCode: {
      title: 'That is somebody’s pay code',
      body: 'To be paid by it, open the counter, enter the amount, and scan it there.',
    },
    openCounter: 'Open the counter',
    merchant: 'That is a merchant’s code of another payment network',
    merchantBody: ({ name, city, price }) =>
      `${[name, city, price].filter(Boolean).join(', ')}${name || city || price ? '. ' : ''}It cannot be paid here yet. Pay with an app that the code is made for.`,
    foreignLink: 'That is a payment link of another service',
    foreignLinkBody: (host) =>
      `It belongs to ${host} and cannot be paid from this account. To pay it, make sure that you trust that site, and open it in a browser.`,
    ens: (name) => `“${name}” is a name`,
    ensBody: 'Names cannot be paid yet. Ask for the address that begins with 0x, or for a payment code.',
    walletconnect: {
      title: 'That is a WalletConnect code',
      body: 'Other sites cannot be connected by it yet. To pay, choose an address or a payment code on their page.',
    },
    contractCall: (call) => `This code calls “${call}” of a contract`,
    contractCallBody:
      'Only plain transfers are paid here, and nothing was moved. Beware if somebody says that you will receive money by it.',
    otherPurpose: (prefix) => `This code is for “${prefix}”`,
    otherPurposeBody: 'Only codes for payments are understood here.',
    web: 'That is a web page',
    webBody: (host) => `It leads to ${host}. The wallet opens no strange pages for you.`,
    app: (name) => ({ title: `That is a code of ${name}`, body: `Scan it with ${name}, or ask for a Feiqian code.` }),
    appNames: { alipay: 'Alipay', wechat: 'WeChat', unionpay: 'UnionPay' },
    coin: (name) => ({
      title: `That is an address or a code for ${name}`,
      body: 'It cannot be paid here. What is sent on a wrong chain is lost.',
    }),
    coinNames: {
      bitcoin: 'Bitcoin',
      lightning: 'the Lightning network',
      tron: 'Tron',
      solana: 'Solana',
      other: 'another coin',
    },
    wifi: (name) => (name === '' ? 'That is a Wi-Fi code' : `That is the code of the Wi-Fi “${name}”`),
    wifiBody: 'Scan it with your phone’s own camera to join.',
    others: {
      payer_code: {
        title: 'That is a pay code of another app',
        body: 'Pay codes of Feiqian begin with 88 and have 18 digits.',
      },
      contact: { title: 'That is a contact card', body: 'Scan it with your phone’s own camera to keep it.' },
      phone: { title: 'That is a telephone number', body: 'Scan it with your phone’s own camera.' },
      message: {
        title: 'That is a message to be sent',
        body: 'Scan it with your phone’s own camera, and read it before you send it.',
      },
      event: { title: 'That is a calendar event', body: 'Scan it with your phone’s own camera to keep it.' },
      place: { title: 'That is a place', body: 'Scan it with your phone’s own camera to see it on a map.' },
      product: { title: 'That is a product’s barcode', body: 'To pay, scan the merchant’s payment code.' },
    },
    text: 'That is only text',
    textBody: (text) => `It says: ${text}`,
    nothing: { title: 'This code is empty', body: 'Ask for it again.' },
  },
};
