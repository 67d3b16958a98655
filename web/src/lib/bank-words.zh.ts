/** Words of the account that money is paid out to. */
export const messages = {
  method: '出款渠道',
  holder: '收款人姓名',
  holderHint: '须与银行卡的户名一致。',
  number: '银行卡号或账号',
  numberHint: '6 到 34 位数字或大写字母，可以带空格。',
  numberWrong: '只能填数字和字母，6 到 34 位。',
  blocks: {
    holder: '请填写收款人姓名',
    number: '请填写卡号或账号',
    numberWrong: '卡号或账号格式不对',
  },
};
