import type { Language } from '../../pages/language.ts';
import type { MailFaultName } from '../faults.ts';

type MailTexts = {
  readonly name: string;
  readonly practice: string;
  readonly footer: string;
  readonly otherLanguage: string;
  readonly title: string;
  readonly count: (count: number) => string;
  readonly none: string;
  readonly noSubject: string;
  readonly from: string;
  readonly to: string;
  readonly when: string;
  readonly id: string;
  readonly html: string;
  readonly text: string;
  readonly noPart: string;
  readonly source: string;
  readonly back: string;
  readonly clear: string;
  readonly unknown: string;
  readonly unknownHint: string;
  readonly faults: string;
  readonly faultsIntro: string;
  readonly fault: string;
  readonly onlyRecipient: string;
  readonly anyRecipient: string;
  readonly times: string;
  readonly arm: string;
  readonly armed: string;
  readonly disarm: string;
};

/** Sentences of the pages. */
export const mailTexts: Readonly<Record<Language, MailTexts>> = {
  en: {
    name: 'Sandbox Mail',
    practice: 'Practice mail server. Nothing leaves this machine.',
    footer: 'Only this machine can open this page. Messages are forgotten when the simulators stop.',
    otherLanguage: '中文',
    title: 'Messages',
    count: (count) => (count === 1 ? '1 message' : `${count} messages`),
    none: 'No messages yet. They appear here by themselves.',
    noSubject: '(no subject)',
    from: 'From',
    to: 'To',
    when: 'Received',
    id: 'Message-ID',
    html: 'As people see it',
    text: 'As text',
    noPart: 'The message has no such part.',
    source: 'Source',
    back: 'All messages',
    clear: 'Delete all',
    unknown: 'There is no such message.',
    unknownHint: 'It was deleted, or came before the simulators were started.',
    faults: 'Faults',
    faultsIntro: 'An armed fault strikes at the next occasions. Faults are forgotten at a restart.',
    fault: 'Fault',
    onlyRecipient: 'Only this recipient',
    anyRecipient: 'anybody',
    times: 'Times',
    arm: 'Arm',
    armed: 'Armed',
    disarm: 'Disarm all',
  },
  zh: {
    name: '沙盒邮局',
    practice: '这是练习用的邮件服务器，邮件不会离开这台电脑。',
    footer: '只有这台电脑能打开本页。模拟器停止后，邮件不再保留。',
    otherLanguage: 'English',
    title: '邮件',
    count: (count) => `共 ${count} 封`,
    none: '暂无邮件。收到后会自动出现在这里。',
    noSubject: '（无主题）',
    from: '发件人',
    to: '收件人',
    when: '收到时间',
    id: 'Message-ID',
    html: '收件人看到的样子',
    text: '纯文本',
    noPart: '这封邮件没有这一部分。',
    source: '原文',
    back: '全部邮件',
    clear: '全部删除',
    unknown: '没有这封邮件。',
    unknownHint: '它已被删除，或是在模拟器启动之前收到的。',
    faults: '故障',
    faultsIntro: '启用的故障会在接下来的若干次中发生，重启后失效。',
    fault: '故障',
    onlyRecipient: '仅限此收件人',
    anyRecipient: '任意收件人',
    times: '次数',
    arm: '启用',
    armed: '已启用',
    disarm: '全部解除',
  },
};

/** What each fault does, in few words. */
export const mailFaultTexts: Readonly<Record<Language, Readonly<Record<MailFaultName, string>>>> = {
  en: {
    unavailable: 'Connection: 421, closed for a moment',
    login_refused: 'Log-in: 535, wrong password',
    recipient_busy: 'Recipient: 451, try again later',
    recipient_unknown: 'Recipient: 550, nobody of that name',
    message_refused: 'Message: 554, looks like spam',
    slow: 'Message: kept, answers after 30 seconds',
    answer_lost: 'Message: kept, but the answer is lost',
    message_lost: 'Message: lost, and no answer',
  },
  zh: {
    unavailable: '连接：421，暂不服务',
    login_refused: '登录：535，密码错误',
    recipient_busy: '收件人：451，请稍后再试',
    recipient_unknown: '收件人：550，没有此人',
    message_refused: '邮件：554，疑似垃圾邮件',
    slow: '邮件：已收下，三十秒后才应答',
    answer_lost: '邮件：已收下，但应答丢失',
    message_lost: '邮件：丢失，也没有应答',
  },
};
