/** Words for tokens that nobody has checked. */
export const messages = {
  unverified: '未验证',
  takesListed: (symbol: string) => `它自称 ${symbol}，但不是这个钱包里的 ${symbol}`,
  takesListedBody: '有人用一样的名字骗人。真正的那个没有“未验证”标记。',
  takesKnown: (symbol: string) => `它自称 ${symbol}，这里没法核实`,
  takesKnownBody: '名字谁都能取。请到发行方的官网核对合约地址，一位都不能差。',
};
