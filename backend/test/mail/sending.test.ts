/** How mail goes out: at least once, under one name, by one process at a time, and to an end. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMailClient } from '../../src/mail/client.ts';
import { aReceipt, from } from './fixtures.ts';
import { type Scene, startScene } from './scene.ts';

const hourMs = 3_600_000;

let scene: Scene;
beforeEach(async () => {
  scene = await startScene();
});
afterEach(async () => {
  await scene.close();
  expect(scene.failures).toEqual([]);
});

const receivedBy = async () => (await scene.sink.received()).map(({ recipients }) => recipients.join()).sort();

describe('a mail', () => {
  it('goes out as text and HTML in the language that was asked for, and then nobody knows to whom any more', async () => {
    const zh = await scene.write('anna');
    const en = await scene.write('ben', { language: 'en' });
    expect((await scene.rowOf(zh)).recipient).not.toContain('anna');
    await scene.dispatcher.runDue();
    const received = (await scene.sink.received()).toSorted((one, other) => one.subject.localeCompare(other.subject));
    expect(received).toMatchObject([
      {
        sender: from.address,
        from: `${from.name} <${from.address}>`,
        recipients: ['ben@example.com'],
        subject: 'Receipt: ¥1,234.50 CNY paid to @teahouse',
        messageId: `<${en}@wallet.example>`,
      },
      {
        recipients: ['anna@example.com'],
        subject: '收据：已向 @teahouse 付款 ¥1,234.50 CNY',
        messageId: `<${zh}@wallet.example>`,
      },
    ]);
    for (const { text, html } of received) {
      for (const part of [text, html]) expect(part).toContain(`/pay/${aReceipt().paymentRequestId}`);
      expect(text).toContain('茶 & tea');
      expect(html).toContain('茶 &amp; tea');
      // Nothing is loaded from anywhere.
      expect(html).not.toMatch(/<(?:img|link|script|iframe)|url\(|src=/i);
    }
    expect(await scene.rowOf(zh)).toEqual({
      state: 'sent',
      recipient: null,
      attempts: 1,
      last_error: null,
      last_status: null,
    });
  });

  it('that is written twice is one', async () => {
    await scene.write('anna');
    await scene.write('anna');
    await scene.dispatcher.runDue();
    await scene.write('anna');
    await scene.dispatcher.runDue();
    expect(await scene.sink.received()).toHaveLength(1);
  });

  it('is the same to the byte when its receiver’s answer was lost, so that it is known as the same', async () => {
    await scene.write('anna');
    await scene.sink.arm('answer_lost');
    await scene.dispatcher.runDue();
    await scene.passUntilDue();
    await scene.dispatcher.runDue();
    const [one, other] = await scene.sink.received();
    expect(one?.messageId).toBe(other?.messageId);
    expect(await scene.sink.sourceOf(1)).toBe(await scene.sink.sourceOf(2));
  });

  it('cannot be turned to somebody else or say something else, whoever asks the database', async () => {
    const id = await scene.write('anna');
    await expect(scene.pool.query(`UPDATE mails SET data = '{}' WHERE id = $1`, [id])).rejects.toMatchObject({
      code: '42501',
    });
    for (const change of [`data = '{}'`, `recipient = 's2.a.b.other'`, `language = 'en'`])
      await expect(scene.owner.query(`UPDATE mails SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject({
        code: '23001',
      });
    await expect(scene.pool.query(`SELECT mail_write($1, 'receipt', 'zh', '', '{}')`, [id])).rejects.toMatchObject({
      code: '42501',
    });
  });
});

describe('a mail server', () => {
  it('that is down for a day gets everything afterwards, once, and is not hammered meanwhile', async () => {
    await scene.sink.down();
    const ids = await Promise.all(['anna', 'ben', 'cho'].map((name) => scene.write(name)));
    let passed = 0;
    while (passed < 24 * hourMs) {
      await scene.dispatcher.runDue();
      passed += await scene.passUntilDue();
    }
    await scene.sink.up();
    await scene.dispatcher.runDue();
    expect(await receivedBy()).toEqual(['anna@example.com', 'ben@example.com', 'cho@example.com']);
    for (const id of ids) {
      const { state, attempts } = await scene.rowOf(id);
      expect(state).toBe('sent');
      expect(attempts).toBeLessThanOrEqual(10);
    }
  });

  it.each(['unavailable', 'recipient_busy', 'login_refused', 'message_lost'] as const)(
    'that says %s is tried again in half a minute',
    async (fault) => {
      const withPassword = createMailClient({
        server: { ...scene.sink.server, auth: { user: 'feiqian', pass: 'secret' } },
        from,
      });
      const id = await scene.write('anna');
      await scene.sink.arm(fault);
      const replica = scene.replica({}, withPassword);
      await replica.runDue();
      expect(await scene.rowOf(id)).toMatchObject({ state: 'waiting', attempts: 1, last_error: expect.any(String) });
      expect(Math.round((await scene.passUntilDue()) / 1000)).toBe(30);
      await replica.runDue();
      expect(await scene.rowOf(id)).toMatchObject({ state: 'sent', attempts: 2, last_error: null });
      expect(await scene.sink.received()).toHaveLength(1);
    },
  );

  it.each([
    ['recipient_unknown', '550 5.1.1'],
    ['message_refused', '554 5.7.1'],
  ] as const)('that says %s for good is not asked again', async (fault, status) => {
    const id = await scene.write('anna');
    await scene.sink.arm(fault);
    await scene.dispatcher.runDue();
    expect(await scene.rowOf(id)).toMatchObject({ state: 'failed', last_error: 'REFUSED', last_status: status });
    expect(await scene.isAnyWaiting()).toBe(false);
    // The server's own words had the address in them.
    expect(scene.givenUp).toEqual([{ id, template: 'receipt', reason: `REFUSED ${status}` }]);
    expect(JSON.stringify(await scene.rowOf(id))).not.toContain('anna');
  });

  it('that was set up wrongly gets what it refused again, as operators are told', async () => {
    const manual = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
    const id = await scene.write('anna');
    await scene.sink.arm('message_refused');
    await scene.dispatcher.runDue();
    await scene.owner.query(/^UPDATE mails .*$/m.exec(manual)?.[0] ?? '');
    await scene.dispatcher.runDue();
    expect(await scene.rowOf(id)).toMatchObject({ state: 'sent', attempts: 1 });
  });

  it('that refuses one is no reason to keep another from it', async () => {
    for (const name of ['anna', 'ben', 'cho']) await scene.write(name);
    await scene.sink.arm('recipient_busy', { recipient: 'ben@example.com', times: 100 });
    await scene.dispatcher.runDue();
    expect(await receivedBy()).toEqual(['anna@example.com', 'cho@example.com']);
  });

  it('that is always busy has ten tries in a little more than a day, and then the mail has failed', async () => {
    const id = await scene.write('anna');
    await scene.sink.arm('recipient_busy', { times: 100 });
    const waits: number[] = [];
    for (;;) {
      await scene.dispatcher.runDue();
      if (!(await scene.isAnyWaiting())) break;
      waits.push(Math.round((await scene.passUntilDue()) / 1000));
    }
    expect(waits).toEqual([30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200]);
    expect(await scene.rowOf(id)).toMatchObject({
      state: 'failed',
      attempts: 10,
      last_error: 'REFUSED_FOR_NOW',
      last_status: '451 4.2.1',
    });
    expect(scene.givenUp).toHaveLength(1);
  });

  it('that never answers is given up in time, and asked again', async () => {
    const hasty = createMailClient({ server: scene.sink.server, from, timeoutMs: 150 });
    const id = await scene.write('anna');
    await scene.sink.arm('slow');
    await scene.replica({}, hasty).runDue();
    expect(await scene.rowOf(id)).toMatchObject({ state: 'waiting', last_error: 'TIMEOUT' });
  });

  it('is told nothing in the clear where encryption is demanded', async () => {
    const strict = createMailClient({ server: { ...scene.sink.server, encryption: 'starttls' }, from });
    const id = await scene.write('anna');
    await scene.replica({}, strict).runDue();
    expect(await scene.rowOf(id)).toMatchObject({ state: 'waiting', last_error: 'NOT_ENCRYPTED' });
    expect(await scene.sink.received()).toEqual([]);
  });
});

describe('what does not fit its template', () => {
  it('waits for the operator and ends in time, while others go out', async () => {
    const unknown = await scene.write('anna', { template: 'no_such_template' });
    const odd = await scene.write('ben', { data: aReceipt({ asset: 'iso4217:XXX' }) });
    await scene.write('cho');
    while (await scene.isAnyWaiting()) {
      await scene.dispatcher.runDue();
      await scene.passUntilDue();
    }
    expect(await receivedBy()).toEqual(['cho@example.com']);
    for (const id of [unknown, odd])
      expect(await scene.rowOf(id)).toMatchObject({ state: 'failed', last_error: 'NOT_RENDERED' });
    expect(scene.failures.splice(0)).toHaveLength(20);
  });
});

describe('several replicas', () => {
  it('send everything once between them', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `person${index}`);
    await Promise.all(names.map((name) => scene.write(name)));
    const replicas = [scene.replica(), scene.replica({ sendersMax: 1 }), scene.replica({ sendersMax: 9 })];
    await Promise.all(replicas.map((replica) => replica.runDue()));
    expect(await receivedBy()).toEqual(names.map((name) => `${name}@example.com`).sort());
  });

  it('take over from one that says nothing any more, and not before', async () => {
    const id = await scene.write('anna');
    await scene.sink.arm('slow');
    const first = scene.dispatcher.runDue();
    await scene.sink.untilReceived(1);
    const second = scene.replica();
    await second.runDue();
    expect(await scene.sink.received()).toHaveLength(1);
    scene.pass(181_000);
    await second.runDue();
    expect(await scene.sink.received()).toHaveLength(2);
    expect(await scene.rowOf(id)).toMatchObject({ state: 'sent', attempts: 2 });
    await scene.dispatcher.stop();
    await first;
    expect(await scene.rowOf(id)).toMatchObject({ state: 'sent', attempts: 2 });
  });

  it('go on at once with what one of them broke off when it was stopped', async () => {
    const id = await scene.write('anna');
    await scene.sink.arm('slow');
    const first = scene.dispatcher.runDue();
    await scene.sink.untilReceived(1);
    await scene.dispatcher.stop();
    await first;
    await scene.replica().runDue();
    expect(await scene.rowOf(id)).toMatchObject({ state: 'sent' });
  });

  it('are woken by the fact itself', async () => {
    await scene.replica({ sweepMs: 1_000_000 }).start();
    await scene.write('anna');
    await scene.sink.untilReceived(1);
    await scene.write('ben');
    await scene.sink.untilReceived(2);
  });

  it('wake by themselves for a second try', async () => {
    // A clock that goes on by a minute whenever somebody looks at it.
    let shift = 0;
    const shiftMs = () => {
      shift += 60_000;
      return shift;
    };
    await scene.sink.arm('message_lost');
    await scene.replica({ sweepMs: 1_000_000, shiftMs }).start();
    await scene.write('anna');
    await scene.sink.untilReceived(1);
  });
});

describe('the headers', () => {
  it('are the same few, to one recipient, whatever stands in them', async () => {
    const client = createMailClient({ server: scene.sink.server, from });
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        'a\r\nBcc: victim@example.com',
        'a\nTo: victim@example.com\n\nbody',
        'a\r\n\r\n<b>body</b>',
        '=?utf-8?q?a=0D=0ABcc=3A_victim=40example.com?=',
        'victim@example.com, other@example.com',
        '\u2028Bcc: victim@example.com',
      ),
    );
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (subject, text) => {
        const outcome = await client.send(
          {
            id: `mail-${sent}`,
            createdAt: new Date(0),
            to: 'anna@example.com',
            subject: `x${subject}`,
            text: `x${text}`,
            html: '<p>x</p>',
          },
          new AbortController().signal,
        );
        sent += 1;
        expect(outcome).toEqual({ kind: 'sent' });
        const last = (await scene.sink.received()).at(-1);
        expect(last?.recipients).toEqual(['anna@example.com']);
        expect(last?.headers.map(({ name }) => name).toSorted()).toEqual([
          'auto-submitted',
          'content-type',
          'date',
          'from',
          'message-id',
          'mime-version',
          'subject',
          'to',
        ]);
      }),
      { numRuns: 25 },
    );
  });

  it('take no recipient that is more than an address', async () => {
    const client = createMailClient({ server: scene.sink.server, from });
    for (const to of ['anna@example.com\r\nRCPT TO:<victim@example.com>', 'anna@example.com>\r\nDATA', '']) {
      const message = { id: 'x', createdAt: new Date(0), to, subject: 'x', text: 'x', html: 'x' };
      const outcome = await client.send(message, new AbortController().signal);
      expect(outcome).toMatchObject({ kind: 'failed', isFinal: true });
    }
    expect(await scene.sink.received()).toEqual([]);
  });
});
