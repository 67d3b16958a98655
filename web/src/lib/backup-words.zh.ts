/** Words that ask for the recovery phrase to be written down. */
export const messages = {
  pill: '助记词还没抄下',
  stripTitle: '还没有抄下助记词',
  stripBody: '忘了密码，只有助记词能找回您自己保管的代币。',
  action: '现在抄',
  cardTitle: '先把助记词抄下来',
  cardBody: (amount: string) => `您自己保管的代币已有 ${amount}。万一忘了密码，只有助记词能找回，我们也帮不上忙。`,
  cardSteps: '大约两分钟：看一遍，抄在纸上，再核对三个词。',
  cardAction: '抄下助记词',
  defer: '暂不备份',
};
