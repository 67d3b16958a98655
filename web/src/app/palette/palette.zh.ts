/** Words of the command palette. */
export const messages = {
  title: '快速前往',
  placeholder: '想做什么？也可以搜索账单',
  searchHistory: (text: string) => `在账单里搜索“${text}”`,
  lock: '锁定钱包',
  hideAmounts: '隐藏金额',
  showAmounts: '显示金额',
  newLink: '新建收款链接',
  counter: '收银台',
  payCode: '付款码',
  items: '商品',
  phrase: '助记词',
  keys: '快捷键',
  hint: '↑ ↓ 选择，回车打开，Esc 关闭',
  nothing: '没有匹配的结果',
};
