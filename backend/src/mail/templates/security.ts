/** What the owner of an account is told of its safety. It says what was done and what to do if it was somebody else; it has no link to press. */

import type { Language } from '@feiqian/domain/api/auth';
import { z } from 'zod';
import { formatInstant } from '../format.ts';
import { type Fact, renderHtml, renderText } from '../layout.ts';
import type { Deployment, Template } from '../template.ts';

/** Written by the SQL function `security_mail_write`. */
const schema = z.object({
  event: z.enum([
    'totp_added',
    'totp_removed',
    'passkey_added',
    'passkey_removed',
    'passkey_suspect',
    'recovery_codes_renewed',
    'recovery_code_used',
    'factor_locked',
  ]),
  at: z.iso.datetime(),
  recoveryCodesLeft: z.int().min(0),
});
type Data = z.infer<typeof schema>;

const words = {
  zh: {
    titles: {
      totp_added: '已开启两步验证',
      totp_removed: '已关闭验证器',
      passkey_added: '已添加通行密钥',
      passkey_removed: '已删除通行密钥',
      passkey_suspect: '有一把通行密钥可能被复制',
      recovery_codes_renewed: '已换发恢复码',
      recovery_code_used: '有人用恢复码登录或验证',
      factor_locked: '验证码连续输错，已暂停使用',
    },
    meanings: {
      totp_added: '今后登录时，除了密码还要输入验证器里的验证码。其他设备已退出登录。',
      totp_removed: '验证器里的验证码今后不再有用。如果也没有通行密钥，只凭密码就能登录。其他设备已退出登录。',
      passkey_added: '今后可以用它登录，不必输入密码；只输密码登录不了。其他设备已退出登录。',
      passkey_removed: '它今后登录不了。如果没有其他通行密钥和验证器，只凭密码就能登录。其他设备已退出登录。',
      passkey_suspect: '它的使用次数对不上，这次登录或验证已被拒绝。请删除这把通行密钥，重新添加。',
      recovery_codes_renewed: '旧的恢复码已作废。',
      recovery_code_used: '用过的恢复码不能再用。',
      factor_locked: '有人输对了您的密码，但验证码连续输错。暂停期间可以用恢复码登录。',
    },
    what: '发生了什么',
    when: '时间',
    codesLeft: '剩余恢复码',
    notYou: '如果不是您本人',
    advice: '请马上登录钱包，修改密码，并检查两步验证。',
    where: '钱包地址',
    footer: '这是账户安全通知，无法关闭。飞钱绝不会在邮件里索要密码、验证码或助记词。',
  },
  en: {
    titles: {
      totp_added: 'Two-step verification is on',
      totp_removed: 'The authenticator app was removed',
      passkey_added: 'A passkey was added',
      passkey_removed: 'A passkey was removed',
      passkey_suspect: 'A passkey may have been copied',
      recovery_codes_renewed: 'New recovery codes were made',
      recovery_code_used: 'A recovery code was used',
      factor_locked: 'Too many wrong codes: locked for a while',
    },
    meanings: {
      totp_added:
        'From now on logging in takes a code from your authenticator app beside the password. Other devices were logged out.',
      totp_removed:
        'Its codes no longer count. Without a passkey either, the password alone logs in. Other devices were logged out.',
      passkey_added:
        'From now on it logs in without the password, and the password alone no longer does. Other devices were logged out.',
      passkey_removed:
        'It no longer logs in. Without another passkey or an authenticator app, the password alone does. Other devices were logged out.',
      passkey_suspect: 'Its counter went back, so it was refused this time. Remove this passkey and add a new one.',
      recovery_codes_renewed: 'The old recovery codes no longer work.',
      recovery_code_used: 'That code will not work again.',
      factor_locked:
        'Somebody knows your password but entered several wrong codes. Meanwhile a recovery code still lets you in.',
    },
    what: 'What happened',
    when: 'When',
    codesLeft: 'Recovery codes left',
    notYou: 'If this was not you',
    advice: 'Log in to your wallet now, change your password and check two-step verification.',
    where: 'Your wallet',
    footer:
      'This is a security notice and can’t be switched off. Feiqian never asks for a password, a code or the recovery phrase by e-mail.',
  },
} as const;

/** The template `security`. */
export const security: Template<Data> = { schema, render };

function render({ event, at, recoveryCodesLeft }: Data, language: Language, { publicUrl }: Deployment) {
  const said = words[language];
  const facts: Fact[] = [
    { label: said.what, value: said.meanings[event] },
    { label: said.when, value: formatInstant(new Date(at), language) },
    ...(event === 'recovery_code_used' ? [{ label: said.codesLeft, value: `${recoveryCodesLeft}` }] : []),
    { label: said.notYou, value: said.advice },
    { label: said.where, value: new URL(publicUrl).host },
  ];
  const body = { title: said.titles[event], facts, footer: said.footer };
  return {
    subject: body.title,
    text: renderText(body, language),
    html: renderHtml(body, language),
  };
}
