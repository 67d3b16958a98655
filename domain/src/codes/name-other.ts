/** What a code is that nothing can be done with here, as far as a person is helped by it. Never a password that is in it. */
export type OtherCode =
  | { readonly what: 'web'; readonly host: string }
  /** A code of an app that takes it, and we do not. */
  | { readonly what: 'app'; readonly app: 'alipay' | 'wechat' | 'unionpay' }
  /** What a payer shows in such an app. */
  | { readonly what: 'payer_code' }
  | { readonly what: 'coin'; readonly coin: 'bitcoin' | 'lightning' | 'tron' | 'solana' | 'other' }
  | { readonly what: 'wifi'; readonly name: string }
  | { readonly what: 'contact' | 'phone' | 'message' | 'event' | 'place' | 'product' }
  | { readonly what: 'text'; readonly text: string };

const shownMax = 120;
const web = /^https?:\/\/(?:[^/?#\s@]*@)?([^/?#\s@]{1,253})(?:[/?#]|$)/i;
const apps = [
  ['alipay', /^(?:https?:\/\/qr\.alipay\.com(?:[/?#]|$)|alipays?:)/i],
  ['wechat', /^(?:wxp:|weixin:|https?:\/\/(?:payapp|action)\.wei?xin\.qq\.com(?:[/?#]|$))/i],
  ['unionpay', /^https?:\/\/qr\.95516\.com(?:[/?#]|$)/i],
] as const;
const coins = [
  ['lightning', /^(?:lightning:|ln(?:bc|tb|url1))/i],
  ['bitcoin', /^(?:bitcoin:|(?:bc1|tb1)[02-9ac-hj-np-z]{20,80}$|[13][1-9A-HJ-NP-Za-km-z]{25,34}$)/i],
  ['tron', /^(?:tron:|T[1-9A-HJ-NP-Za-km-z]{33}$)/],
  ['solana', /^(?:solana:|[1-9A-HJ-NP-Za-km-z]{43,44}$)/],
  [
    'other',
    /^(?:litecoin|dogecoin|monero|bitcoincash|ripple|xrpl|cardano|web\+cardano|dash|zcash|tezos|cosmos|polkadot):/i,
  ],
] as const;
const schemes = [
  ['contact', /^(?:BEGIN:VCARD|MECARD:|BIZCARD:)/i],
  ['event', /^BEGIN:V(?:CALENDAR|EVENT)/i],
  ['phone', /^tel:/i],
  ['message', /^(?:sms|smsto|mms|mmsto|mailto|matmsg|facetime|whatsapp):/i],
  ['place', /^geo:/i],
  ['product', /^(?:[0-9]{8}|[0-9]{12,14}|97[89][0-9]{10})$/],
] as const;

/** Names what was seen, so that whoever scanned it knows what to do with it. Of text, the beginning. */
export function nameOther(text: string): OtherCode {
  const app = apps.find(([, shape]) => shape.test(text));
  if (app) return { what: 'app', app: app[0] };
  const host = web.exec(text)?.[1];
  if (host) return { what: 'web', host: host.toLowerCase() };
  if (/^wifi:/i.test(text)) return { what: 'wifi', name: readWifiName(text) };
  const scheme = schemes.find(([, shape]) => shape.test(text));
  if (scheme) return { what: scheme[0] };
  // Alipay's begin with 25 to 30, WeChat's with 10 to 15, UnionPay's with 62.
  if (/^(?:1[0-5][0-9]{16}|(?:2[5-9]|30)[0-9]{14,22}|62[0-9]{17})$/.test(text)) return { what: 'payer_code' };
  const coin = coins.find(([, shape]) => shape.test(text));
  if (coin) return { what: 'coin', coin: coin[0] };
  return { what: 'text', text: [...text.replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ').trim()].slice(0, shownMax).join('') };
}

/** The network's name alone: its password stands beside it. */
function readWifiName(text: string): string {
  const [, name = ''] = /(?:^wifi:|;)S:((?:\\.|[^\\;])*)/is.exec(text) ?? [];
  return name.replace(/\\(.)/gs, '$1').slice(0, 32);
}
