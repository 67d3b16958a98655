import { passwordFaults } from '../../lib/password-faults.zh.ts';

/** Words for somebody who is new here. */
export const messages = {
  welcomeTitle: '飞钱',
  tagline: '现金和代币，一本账。',
  yours: '代币',
  yoursBody: '由您自己保管。密钥只在您的浏览器里，除了您谁也动不了，我们也不行。',
  operators: '现金',
  operatorsBody: '由运营方保管，可随时充值、转账、提现到银行。',
  one: '一份账单',
  oneBody: '银行、渠道、账本、链上，每一步钱在谁手里都看得见。',
  haveAccount: '已有账户？',
  haveWallet: '在别处有钱包？',
  restore: '恢复钱包',
  openFile: '打开备份文件',
  registerTitle: '注册',
  registerLead: '一个密码，两把钥匙：一把登录，一把锁住钱包。密码不会离开这个浏览器。',
  passwordHint: '至少 12 个字符，例如四个不相干的词。',
  passwordWarning: '忘记密码时，现金可以找回，代币只能用助记词找回。',
  passwordFaults,
  create: '注册并创建钱包',
};
