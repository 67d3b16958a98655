/** Words of restoring a wallet. */
export const messages = {
  title: '恢复钱包',
  lead: '粘贴助记词、私钥或密钥文件，钱包会自动识别。内容只在这个浏览器里处理，不会上传。',
  besideKey: '会新建一个钱包和一套新的助记词，再把这个账户放进去收付款。',
  besideWatched: '会新建一个钱包，再把这个地址加进去查看。',
  newLogin: '设一个登录用的邮箱和密码，以后换设备只需登录。',
  restore: '注册并恢复',
  nobodyAsks: '只在自己的钱包里恢复时填写。客服绝不会索要，索要的都是骗子。',
  registered: '在这里注册过？登录就行，不用助记词。',
};
