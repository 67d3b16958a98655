/** Words of the sheet that asks for a second factor. */
export const messages = {
  title: '两步验证',
  lead: {
    login: '密码正确。请再输入验证器里的 6 位验证码。',
    'step-up': '为了您的安全，请输入验证器里的 6 位验证码。',
  },
  passkeyLead: {
    login: '密码正确。请再用通行密钥验证。',
    'step-up': '为了您的安全，请用通行密钥验证。',
  },
  usePasskey: '用通行密钥验证',
  followBrowser: '请按浏览器的提示操作',
  code: '验证码',
  codeHint: '打开手机上的验证器应用，找到“Feiqian”，每 30 秒换一个。',
  enterCode: '请输入 6 位验证码',
  recoveryLead: '请输入一个没用过的恢复码。每个只能用一次。',
  recoveryCode: '恢复码',
  recoveryHint: '开启两步验证时保存的，共 16 位，不分大小写。',
  enterRecoveryCode: '请输入恢复码',
  use: {
    passkey: '改用通行密钥',
    totp: '改用验证码',
    recovery_code: '设备不在身边？用恢复码',
  },
  submit: '验证',
  submitting: '正在验证',
  lockedUntil: (moment: string) => `${moment} 以后可以再试。`,
  never: '验证码和恢复码只在这里输入，不要告诉任何人，客服也不会索要。',
};
