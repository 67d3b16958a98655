/** Where shops have payers sent back to: exactly there, with a signature, and nowhere else. */
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Somebody } from '../support/people.ts';
import { CNY, type Scene, startScene } from './scene.ts';

const path = '/v1/return-addresses';
let scene: Scene;
let owner: Somebody;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());

const createCode = async (person: Somebody, url: string) =>
  (await scene.call(person, 'POST', path, { url })).body.code ?? 'created';

describe('an address', () => {
  it('is added with a secret that is shown once, listed and removed by its owner alone', async () => {
    owner = await scene.somebody();
    const key = randomUUID();
    const body = { url: 'https://shop.example/done' };
    const made = await scene.call(owner, 'POST', path, body, key);
    expect(made).toMatchObject({ status: 201, body: { ...body, secret: expect.stringMatching(/^fqr_[\w-]{43}$/) } });
    const { secret, ...shown } = made.body;
    expect((await scene.call(owner, 'POST', path, body, key)).body).toEqual({ ...shown, secret: null });
    expect((await scene.call(owner, 'GET', path)).body).toEqual({ items: [shown] });
    const { rows } = await scene.pool.query('SELECT * FROM return_addresses');
    expect(JSON.stringify(rows)).not.toContain(secret);

    const stranger = await scene.somebody();
    expect((await scene.call(stranger, 'GET', path)).body).toEqual({ items: [] });
    expect((await scene.call(stranger, 'DELETE', `${path}/${shown.id}`)).status).toBe(404);
    expect((await scene.call(undefined, 'GET', path)).status).toBe(401);
    expect((await scene.call(owner, 'DELETE', `${path}/${shown.id}`)).status).toBe(204);
    expect((await scene.call(owner, 'GET', path)).body).toEqual({ items: [] });
  });

  it('is one that a payer’s browser may be sent to', async () => {
    const person = await scene.somebody();
    const good = [
      'https://shop.example',
      'https://shop.example/done?shop=7&lang=zh',
      'https://shop.example:8443/完成',
      'http://localhost:3000/done',
      'http://127.0.0.1:3000/done',
      'http://[::1]:3000/done',
    ];
    for (const url of good) expect([url, await createCode(person, url)]).toEqual([url, 'created']);
    const bad = [
      'http://shop.example/done',
      'http://localhost.shop.example/done',
      'http://127.0.0.1.shop.example/done',
      'javascript:alert(1)',
      'data:text/html,x',
      'ftp://shop.example/',
      'https://payer:secret@shop.example/',
      'https://shop.example/done#paid',
      'https://shop.example/done#',
      'https://shop.example/done?',
      'https://shop.example/done?feiqian_state=settled',
      'https://shop.example/do ne',
      'https:\\\\shop.example/',
      ' https://shop.example/',
      'https://shop.example/\n',
      '/done',
      `https://shop.example/${'x'.repeat(2000)}`,
    ];
    for (const url of bad) {
      const { body, status } = await scene.call(person, 'POST', path, { url });
      expect([url, status, body.code]).toEqual([
        url,
        400,
        url.length > 2000 ? 'REQUEST_INVALID' : 'RETURN_ADDRESS_REFUSED',
      ]);
    }
  });

  it('is registered once, and there are at most twenty', async () => {
    const person = await scene.somebody();
    const addAll = Array.from({ length: 24 }, (_, index) => createCode(person, `https://shop.example/${index}`));
    const codes = await Promise.all(addAll);
    expect(codes.filter((code) => code === 'created')).toHaveLength(20);
    expect(codes.filter((code) => code === 'RETURN_ADDRESSES_TOO_MANY')).toHaveLength(4);
    const { items } = (await scene.call(person, 'GET', path)).body;
    await scene.call(person, 'DELETE', `${path}/${items[0].id}`);
    expect(await createCode(person, items[1].url)).toBe('RETURN_ADDRESS_EXISTS');
    expect(await createCode(person, items[0].url)).toBe('created');
  });
});

describe('a payment request', () => {
  const url = 'https://shop.example/done?shop=7';

  it('takes exactly one of its payee’s addresses', async () => {
    const [payee, other] = [await scene.somebody(), await scene.somebody()];
    await scene.addReturn(payee, url);
    expect((await scene.ask(payee, { returnUrl: url })).returnUrl).toBe(url);
    for (const returnUrl of [`${url}8`, `${url}#`, url.toUpperCase(), url.slice(0, -1), `${url}&a=1`, ` ${url}`, '']) {
      const money = { asset: CNY, amount: '1000' };
      const { body } = await scene.call(payee, 'POST', '/v1/payment-requests', { money, description: 'x', returnUrl });
      expect([returnUrl, body.code]).toEqual([returnUrl, 'RETURN_URL_REFUSED']);
    }
    const ofOther = { money: { asset: CNY, amount: '1000' }, description: 'x', returnUrl: url };
    expect((await scene.call(other, 'POST', '/v1/payment-requests', ofOther)).body.code).toBe('RETURN_URL_REFUSED');
  });

  it('sends payers back with what became of it, signed over all of the address', async () => {
    const [payee, payer] = [await scene.somebody(), await scene.somebody()];
    await scene.fund(payer, CNY, 1000n);
    const { secret } = await scene.addReturn(payee, url);
    const request = await scene.ask(payee, { returnUrl: url, orderId: 'A 7/ü' });
    const readReturn = async (): Promise<string> =>
      (await scene.call(undefined, 'GET', `/v1/payment-requests/${request.id}/return`)).body.url;
    expect(new URL(await readReturn()).searchParams.get('feiqian_state')).toBe('new');
    await scene.call(payer, 'POST', `/v1/payment-requests/${request.id}/payments`, { rail: 'cash' });

    const before = Math.floor(Date.now() / 1000);
    const back = await readReturn();
    const [signed = '', signature] = back.split('&feiqian_signature=');
    expect(signature).toBe(createHmac('sha256', secret).update(signed).digest('hex'));
    expect(signed.startsWith(`${url}&feiqian_request=`)).toBe(true);
    const told = Object.fromEntries(new URL(back).searchParams);
    expect(told).toMatchObject({
      shop: '7',
      feiqian_request: request.id,
      feiqian_state: 'settled',
      feiqian_order: 'A 7/ü',
    });
    expect(Math.abs(Number(told.feiqian_at) - before)).toBeLessThan(10);
  });

  it('adds to an address as browsers write it', async () => {
    const payee = await scene.somebody();
    const address = 'https://SHOP.example:443/完成';
    await scene.addReturn(payee, address);
    const { id } = await scene.ask(payee, { returnUrl: address });
    const back = (await scene.call(undefined, 'GET', `/v1/payment-requests/${id}/return`)).body.url;
    expect(back).toMatch(
      /^https:\/\/shop\.example\/%E5%AE%8C%E6%88%90\?feiqian_request=[0-9a-f-]{36}&feiqian_state=new&feiqian_order=&feiqian_at=\d+&feiqian_signature=[0-9a-f]{64}$/,
    );
    expect(new URL(back).href).toBe(back);
  });

  it('sends nobody anywhere without an address, and no more once that was removed', async () => {
    const payee = await scene.somebody();
    const { id: addressId } = await scene.addReturn(payee, url);
    const [without, with_] = [await scene.ask(payee), await scene.ask(payee, { returnUrl: url })];
    const statusOf = async (id: string) =>
      (await scene.call(undefined, 'GET', `/v1/payment-requests/${id}/return`)).status;
    expect([await statusOf(without.id), await statusOf(with_.id), await statusOf(randomUUID())]).toEqual([
      404, 200, 404,
    ]);
    await scene.call(payee, 'DELETE', `${path}/${addressId}`);
    expect(await statusOf(with_.id)).toBe(404);
  });
});
