/** Words for what is shown in place of a screen. */
export const messages = {
  offlineBody: '收款地址和看过的账单仍可查看；充值、转账要等网络恢复。',
  notFoundTitle: '页面不存在',
  notFoundBody: '链接不完整，或页面已移走',
  showAddress: '查看收款地址',
  goHome: '回首页',
  crashTitle: '这个页面出错了',
  crashEffect: '资金没有变动。',
  crashBody: '可以再试一次，或回首页。其他页面照常可用。',
  staleTitle: '有新版本',
  staleBody: '刷新页面后就能继续使用。',
  tryAgain: '再试一次',
  reload: '刷新页面',
};
