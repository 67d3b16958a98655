/** Words of the settings beside a setting. */
export const messages = {
  safety: '安全',
  accounts: '账户',
  phrase: '助记词',
  payLimit: '免确认付款',
  approvals: '代币授权',
  password: '登录密码',
  twoStep: '两步验证',
  passkeys: '通行密钥',
  backup: '备份文件',
  shop: '商家',
  counter: '收银台',
  items: '商品',
  apiKeys: 'API 密钥',
  webhooks: '支付通知',
  payouts: '自动结算',
  returns: '返回地址',
};
