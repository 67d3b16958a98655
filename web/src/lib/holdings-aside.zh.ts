/** Words of the holdings beside a form. */
export const messages = {
  title: '您现有',
  cash: '现金，由运营方保管',
  tokens: '代币，由您自己保管',
  nothing: '还没有',
};
