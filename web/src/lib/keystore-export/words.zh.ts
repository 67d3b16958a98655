/** Words of exporting one account as a keystore file. */
export const messages = {
  title: '导出密钥文件',
  lead: '密钥文件里是这个账户加密的私钥，其他钱包也能导入。谁有文件和它的密码，谁就能动用这个账户的钱。',
  open: '导出密钥文件',
  password: '钱包密码',
  filePassword: '给文件设一个密码',
  filePasswordHint: '至少 12 个字符。导入别的钱包时要用，忘了就打不开。',
  export: '导出并保存',
  exporting: '正在加密，大约要几秒',
};
