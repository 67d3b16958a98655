import { request } from 'node:http';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailFaultName } from './faults.ts';
import { type Mail, startMail } from './mail.ts';

let mail: Mail;
beforeEach(async () => {
  mail = await startMail({ smtpPort: 0, pagePort: 0 }, { limits: { messagesMax: 3, bytesMax: 100_000 }, slowMs: 50 });
});
afterEach(() => mail.close());

/** Hands a message in; answers with the server's reply. */
async function send(changes: SendMailOptions = {}, url = mail.smtpUrl): Promise<string> {
  const transport = createTransport({ url, name: 'shop.example', socketTimeout: 20_000 });
  const message = { from: 'Shop <shop@shop.example>', to: 'anna@example.com', subject: 'Hello', text: 'Good day' };
  try {
    return (await transport.sendMail({ ...message, ...changes })).response;
  } finally {
    transport.close();
  }
}

const get = async (path: string) => {
  const response = await fetch(`${mail.pageUrl}${path}`);
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const press = (path: string, form: Record<string, string> = {}) =>
  fetch(`${mail.pageUrl}${path}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
const messages = async () =>
  (JSON.parse((await get('/messages.json')).text) as { messages: { id: number; subject: string; bytes: number }[] })
    .messages;
const arm = (name: MailFaultName, recipient = '') => press('/faults', { name, recipient });

describe('the mail server', () => {
  it('takes what is handed in and shows it, newest first', async () => {
    await send({ subject: '第一封', text: '你好，<b>世界</b>', html: '<p>你好</p>' });
    await send({ subject: 'Second' });
    expect(await messages()).toMatchObject([
      { id: 2, subject: 'Second', recipients: ['anna@example.com'], html: '' },
      { id: 1, subject: '第一封', from: 'Shop <shop@shop.example>', sender: 'shop@shop.example', html: '<p>你好</p>' },
    ]);
    const { text } = await get('/?lang=en');
    expect(text.indexOf('Second')).toBeLessThan(text.indexOf('第一封'));
    expect(text).toContain('2 messages');
    expect((await get('/?lang=zh')).text).toContain('共 2 封');
    const one = (await get('/messages/1?lang=zh')).text;
    expect(one).toContain('你好，&lt;b&gt;世界&lt;/b&gt;');
    expect((await get('/messages/1/source')).text).toContain('Content-Type: multipart/alternative');
    expect((await get('/messages/7?lang=zh')).text).toContain('没有这封邮件');
  });

  it('lets a message run nothing, load nothing and reach nothing of the page', async () => {
    await send({
      subject: '<img src=x onerror=alert(1)>',
      html: '<html><head></head><script>alert(1)</script></html>',
    });
    const { headers, text } = await get('/messages/1/html');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('sandbox allow-popups');
    expect(policy).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
    expect(text).toContain('<base target="_blank">');
    const page = await get('/messages/1');
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page.text).toContain('sandbox="allow-popups');
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('tells an open page of each message', async () => {
    const response = await fetch(`${mail.pageUrl}/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    await send();
    expect((await reader?.read())?.value).toBe('data: new\n\n');
    await reader?.cancel();
  });

  it('keeps as many messages and as much of them as there is room for', async () => {
    for (const subject of ['1', '2', '3', '4']) await send({ subject });
    expect((await messages()).map(({ subject }) => subject)).toEqual(['4', '3', '2']);
    for (const subject of ['large', 'larger']) await send({ subject, text: 'x'.repeat(30_000) });
    expect((await messages()).map(({ subject }) => subject)).toEqual(['larger']);
    await expect(send({ text: 'x'.repeat(6_000_000) })).rejects.toMatchObject({ responseCode: 552 });
    await press('/clear');
    expect(await messages()).toEqual([]);
  });

  it('answers nobody who came by another name or from another page', async () => {
    await send();
    const { hostname, port } = new URL(mail.pageUrl);
    const statusBy = (headers: Record<string, string>, method = 'GET') =>
      new Promise((resolve, reject) =>
        request({ hostname, port, path: '/clear', method, headers }, (response) => resolve(response.statusCode))
          .once('error', reject)
          .end(),
      );
    expect(await statusBy({ host: 'mail.evil.example' })).toBe(403);
    expect(await statusBy({ origin: 'https://evil.example' }, 'POST')).toBe(403);
    expect(await messages()).toHaveLength(1);
    expect(await statusBy({ origin: mail.pageUrl }, 'POST')).toBe(303);
    expect(await messages()).toEqual([]);
  });
});

describe('a fault', () => {
  it.each<[MailFaultName, object, kept: number]>([
    ['unavailable', { responseCode: 421 }, 0],
    ['recipient_busy', { responseCode: 451, command: 'RCPT TO' }, 0],
    ['recipient_unknown', { responseCode: 550, command: 'RCPT TO' }, 0],
    ['message_refused', { responseCode: 554, command: 'DATA' }, 0],
    ['message_lost', { code: 'ECONNECTION' }, 0],
    ['answer_lost', { code: 'ECONNECTION' }, 1],
  ])('%s strikes once', async (name, error, kept) => {
    await arm(name);
    await expect(send()).rejects.toMatchObject(error);
    expect(await messages()).toHaveLength(kept);
    expect(await send()).toContain('2.0.0');
    expect(await messages()).toHaveLength(kept + 1);
  });

  it('of the log-in strikes only who logs in', async () => {
    const withPassword = mail.smtpUrl.replace('//', '//feiqian:secret@');
    await arm('login_refused');
    await send();
    await expect(send({}, withPassword)).rejects.toMatchObject({ code: 'EAUTH', responseCode: 535 });
    expect(await send({}, withPassword)).toContain('2.0.0');
  });

  it('can be slow, and is over when nobody waits any more', async () => {
    await arm('slow');
    expect(await send()).toContain('2.0.0');
  });

  it('can be aimed at one recipient, and be taken back', async () => {
    await arm('recipient_unknown', 'ben@example.com');
    await send();
    await expect(send({ to: 'ben@example.com' })).rejects.toMatchObject({ responseCode: 550 });
    await arm('recipient_unknown');
    await press('/faults/clear');
    await send();
    expect((await press('/faults', { name: 'no_such_fault' })).status).toBe(400);
  });
});
