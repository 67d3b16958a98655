import { expect, it } from 'vitest';
import { buildApp } from '../app.ts';

it('answers one address so often in a minute and then says that it is too much; other addresses go on', async () => {
  const app = await buildApp({
    logger: false,
    publicUrl: 'http://localhost:8080',
    webFolder: '/nowhere',
    sessionCookie: 'session',
    findPrincipal: async () => null,
    routes: [(typed) => void typed.get('/v1/anything', async () => ({}))],
    probe: async () => ({ ready: true, parts: {} }),
    requestsPerMinuteMax: 3,
  });
  const ask = async (remoteAddress: string) => {
    const answer = await app.inject({ url: '/v1/anything', remoteAddress });
    return [answer.statusCode, answer.json().code];
  };
  for (let asked = 0; asked < 3; asked += 1) expect(await ask('192.0.2.1')).toEqual([200, undefined]);
  expect(await ask('192.0.2.1')).toEqual([429, 'RATE_LIMITED']);
  expect(await ask('192.0.2.2')).toEqual([200, undefined]);
  await app.close();
});
