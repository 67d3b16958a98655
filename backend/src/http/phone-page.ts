/** The page that tells a phone how to trust an authority of one's own: sent in the clear, because before that nothing else opens. */
import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; }
body { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; background: light-dark(#f8f5ef, #141110); color: light-dark(#1f1a15, #f2ece3);
  font: 1rem/1.6 -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Noto Sans SC', system-ui, sans-serif; }
h1 { margin: 0 0 0.5rem; font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2rem 0 0.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid; font-size: 1.25rem; }
h3 { margin: 1rem 0 0; font-size: 1rem; }
p, ol { margin: 0 0 1rem; }
ol { padding-left: 1.4rem; }
a { display: block; padding: 0.85rem 1rem; border: 1px solid light-dark(#8a7e70, #8b8073); border-radius: 0.5rem; color: inherit; font-weight: 600;
  text-align: center; text-decoration: none; }
a.main { border-color: transparent; background: light-dark(#bd3224, #c8402f); color: #fffdf9; }
`;

/** What the page may do: show its own style, and nothing else. */
export const phonePagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const texts = {
  zh: {
    tag: 'zh-CN',
    title: '在手机上使用飞钱',
    lead: '飞钱运行在您身边的这台电脑上。手机先信任它的证书，连接才是加密的。只需要做一次。',
    download: '一、下载证书',
    downloadAction: '下载证书',
    trust: '二、信任证书',
    iphone: [
      '打开“设置”，点上方的“已下载描述文件”，安装。',
      '再到“设置”→“通用”→“关于本机”→“证书信任设置”，打开 Feiqian 的开关。',
    ],
    android: [
      '打开“设置”，搜索“CA 证书”，选择“安装 CA 证书”。',
      '选中刚下载的 feiqian-ca.crt。各品牌手机的位置略有不同。',
    ],
    check:
      '手机上显示的 SHA-256 指纹应与电脑终端里的一致；不一致就不要信任。这个证书只能证明本地网络里的地址，不能冒充任何网站。',
    open: '三、打开钱包',
    openAction: '打开飞钱',
    install: '打开后，可以用浏览器的“添加到主屏幕”装到桌面。',
  },
  en: {
    tag: 'en',
    title: 'Feiqian on your phone',
    lead: 'Feiqian runs on the computer beside you. Once the phone trusts its certificate, the connection is encrypted. This is needed once.',
    download: '1. Download the certificate',
    downloadAction: 'Download the certificate',
    trust: '2. Trust it',
    iphone: [
      'Open Settings, tap Profile Downloaded at the top, and install it.',
      'Then in Settings, General, About, Certificate Trust Settings, switch Feiqian on.',
    ],
    android: [
      'Open Settings, search for “CA certificate”, and choose to install one.',
      'Pick the downloaded feiqian-ca.crt. Makers put this in slightly different places.',
    ],
    check:
      'The SHA-256 fingerprint that the phone shows must be the one in the computer’s terminal; if not, do not trust it. The certificate can vouch for addresses in local networks only, never for a website.',
    open: '3. Open the wallet',
    openAction: 'Open Feiqian',
    install: 'Then use “Add to Home Screen” in the browser’s menu to install it.',
  },
} as const;

/**
 * The page in the reader's language.
 *
 * @param publicUrl - Where the wallet is.
 * @param acceptLanguage - The header of that name.
 */
export function phonePage(publicUrl: string, acceptLanguage: string | undefined): string {
  const first = /\b(zh|en)\b/i.exec(acceptLanguage ?? '')?.[1]?.toLowerCase();
  const words = texts[first === 'zh' ? 'zh' : 'en'];
  const list = (items: readonly string[]) => `<ol>${items.map((item) => `<li>${item}</li>`).join('')}</ol>`;
  return `<!doctype html>
<html lang="${words.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<style>${style}</style>
</head>
<body>
<h1>${words.title}</h1>
<p>${words.lead}</p>
<h2>${words.download}</h2>
<a class="main" href="/feiqian-ca.crt">${words.downloadAction}</a>
<h2>${words.trust}</h2>
<h3>iPhone, iPad</h3>
${list(words.iphone)}
<h3>Android</h3>
${list(words.android)}
<p>${words.check}</p>
<h2>${words.open}</h2>
<p><a href="${new URL(publicUrl).origin}/">${words.openAction}</a></p>
<p>${words.install}</p>
</body>
</html>
`;
}
