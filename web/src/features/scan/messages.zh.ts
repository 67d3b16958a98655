type Merchant = {
  readonly name: string | undefined;
  readonly city: string | undefined;
  readonly price: string | undefined;
};

/** 扫到了什么，接下来怎么办。 */
const told = {
  secret: {
    private_key: '这看起来是私钥',
    phrase: '这看起来是助记词',
    keystore: '这是加密的私钥文件',
    one_time_password: '这是动态口令的密钥',
  },
  secretBody:
    '谁拿到它，谁就能动用里面的钱。我们没有保存，也不会显示。请不要把它给任何人看，也不要粘贴到网页里；付款和收款从不需要它。',
  payCode: {
    title: '这是别人的付款码',
    body: '要向对方收款，请打开收银台，输入金额后再扫。',
  },
  openCounter: '打开收银台',
  merchant: '这是其他支付网络的商家码',
  merchantBody: ({ name, city, price }: Merchant) =>
    `${[name, city, price].filter(Boolean).join('，')}${name || city || price ? '。' : ''}这里还不能付这种码，请用它支持的应用付款。`,
  foreignLink: '这是另一家服务的收款链接',
  foreignLinkBody: (host: string) =>
    `它属于 ${host}，不能用这里的账户付款。如需付款，请先确认您信任这个网站，再用浏览器打开。`,
  ens: (name: string) => `“${name}”是一个域名`,
  ensBody: '还不能按域名付款。请向对方要 0x 开头的地址或收款码。',
  walletconnect: {
    title: '这是 WalletConnect 连接码',
    body: '还不能用它连接其他网站。如果在付款，请在对方页面改用地址或收款码。',
  },
  contractCall: (call: string) => `这个码要调用合约的“${call}”`,
  contractCallBody: '这里只付普通的转账，没有动任何钱。如果有人让您扫它来“收款”或“领取”，请当心。',
  otherPurpose: (prefix: string) => `这个码的用途是“${prefix}”`,
  otherPurposeBody: '这里只能识别付款用的码。',
  web: '这是一个网页',
  webBody: (host: string) => `它指向 ${host}。钱包不会替您打开陌生网页。`,
  app: (name: string) => ({ title: `这是${name}的码`, body: `请用${name}扫；或让对方出示飞钱的收款码。` }),
  appNames: { alipay: '支付宝', wechat: '微信', unionpay: '云闪付' },
  coin: (name: string) => ({ title: `这是${name}的地址或收款码`, body: '这里不能付这种币，转错链的币找不回来。' }),
  coinNames: { bitcoin: '比特币', lightning: '闪电网络', tron: '波场', solana: ' Solana ', other: '其他币种' },
  wifi: (name: string) => (name === '' ? '这是 Wi-Fi 码' : `这是 Wi-Fi“${name}”的码`),
  wifiBody: '请用手机自带的相机扫，就能连上。',
  others: {
    payer_code: { title: '这是其他应用的付款码', body: '飞钱的付款码以 88 开头，共 18 位。' },
    contact: { title: '这是一张名片', body: '请用手机自带的相机扫，存到通讯录。' },
    phone: { title: '这是一个电话号码', body: '请用手机自带的相机扫。' },
    message: { title: '这是一条待发的消息', body: '请用手机自带的相机扫，发送前先看清内容。' },
    event: { title: '这是一个日程', body: '请用手机自带的相机扫，存到日历。' },
    place: { title: '这是一个地点', body: '请用手机自带的相机扫，在地图里查看。' },
    product: { title: '这是商品条码', body: '付款请扫商家的收款码。' },
  },
  text: '这只是一段文字',
  textBody: (text: string) => `内容是：${text}`,
  nothing: { title: '这个码是空的', body: '请让对方重新出示。' },
};

export const messages = {
  title: '扫一扫',
  lead: '收款码、地址、收款链接、商家码都能识别；也可以把图片拖进来，或直接粘贴。',
  picture: '识别图片中的二维码',
  noCode: '图片里没有找到二维码',
  paste: '粘贴地址、收款码内容或收款链接',
  goOn: '继续',
  enter: '请先粘贴内容',
  drop: '松开即可识别',
  told,
};
