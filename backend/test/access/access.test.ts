import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Access, matrix } from './matrix.ts';
import { type Role, type RunningWorld, startWorld } from './world.ts';

let world: RunningWorld;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world.service.stop());

type Answer = { readonly status: number; readonly code: string | undefined; readonly body: unknown };

const entries = Object.entries(matrix);
const those = <To extends Access['to']>(...to: readonly To[]) =>
  entries.filter((entry): entry is [string, Access & { to: To }] => to.some((one) => entry[1].to === one));
const unknownId = '018f3a2e-0000-7000-8000-00000000dead';

/** Asks for a route as a role; `elsewhere`: for something of the same kind that does not exist. */
async function ask(route: string, role: Role, { elsewhere = false } = {}): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const access = matrix[route];
  if (!access) throw new Error(`${route} is not in the matrix.`);
  const { params = {}, query = '', body } = await access.ask(elsewhere ? withoutOwner(world) : world);
  const url = path.replace(/:(\w+)|\*$/g, (part) => params[part.replace(':', '')] ?? part);
  const sent = method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(body ?? {});
  const response = await fetch(`${world.service.origin}${url}${query}`, {
    method,
    headers: {
      ...(await world.headersOf(role, 'scope' in access ? access.scope : undefined)),
      'idempotency-key': randomUUID(),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const { status } = response;
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('json')) {
    // A stream has no end.
    await response.body?.cancel();
    return { status, code: undefined, body: undefined };
  }
  const { requestId: _, ...answer } = (await response.json()) as { code?: string; requestId?: string };
  return { status, code: answer.code, body: answer };
}

const nobodys = '0x000000000000000000000000000000000000dEaD';
const withoutOwner = ({ ids, relay, ...rest }: RunningWorld): RunningWorld => ({
  ...rest,
  address: nobodys,
  relay: { ...relay, from: nobodys },
  ids: Object.fromEntries(Object.keys(ids).map((name) => [name, unknownId])) as RunningWorld['ids'],
});

const refusals = ['SESSION_EXPIRED', 'SCOPE_MISSING', 'API_KEY_INVALID', 'CSRF_REJECTED', 'STEP_UP_REQUIRED'];
const isLetIn = ({ status, code }: Answer) => status !== 403 && (code === undefined || !refusals.includes(code));
const open = { isLetIn: true };
const judge = (answer: Answer) => (isLetIn(answer) ? open : { isLetIn: false, ...answer });

describe('the access matrix', () => {
  it('has an entry for every route, and none for what is gone', () => {
    const routes = world.service.routes.flatMap(({ method, url }) => [method].flat().map((one) => `${one} ${url}`));
    const known = new Set(routes.filter((route) => !route.startsWith('HEAD ')));
    expect([...known].filter((route) => !Object.hasOwn(matrix, route))).toEqual([]);
    expect(Object.keys(matrix).filter((route) => !known.has(route))).toEqual([]);
  });

  it('says of every route that keys may use which scope they need', () => {
    const scopes = world.service.routes.flatMap(({ method, url, config }) =>
      [method]
        .flat()
        .filter((one) => one !== 'HEAD')
        .map((one) => [`${one} ${url}`, config?.scope] as const),
    );
    for (const [route, scope] of scopes) {
      const access = matrix[route];
      // What everybody may see names its scope only so that keys may, too.
      if (access?.to === 'anybody') continue;
      expect([route, access && 'scope' in access ? access.scope : undefined]).toEqual([route, scope]);
    }
  });
});

describe.each(those('anybody').map(([route]) => route))('%s', (route) => {
  it('is answered without a log-in', async () => {
    expect(judge(await ask(route, 'nobody'))).toEqual(open);
  });
});

describe.each(those('person', 'owner', 'staff'))('%s', (route, access) => {
  it.each(['nobody', 'logged out'] as const)('is closed to somebody who is %s', async (role) => {
    expect(await ask(route, role)).toMatchObject({ status: 401, code: 'SESSION_EXPIRED' });
  });

  it('is closed to a key without its scope', async () => {
    const scope = 'scope' in access ? access.scope : undefined;
    // The one that is wrong here; or, where no scope opens it, one with all of them.
    const answer = await ask(route, scope ? 'wrong key' : 'key');
    expect(answer).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
  });

  if (access.to === 'person')
    it('is open to whoever is logged in', async () => {
      expect(judge(await ask(route, 'stranger'))).toEqual(open);
    });

  if (access.to === 'owner')
    it('does not exist for somebody else, as what does not exist at all', async () => {
      expect(await ask(route, 'stranger')).toEqual(await ask(route, 'stranger', { elsewhere: true }));
    });

  if (access.to === 'staff')
    it.each(['stranger', 'owner'] as const)('does not exist for the %s, who is not staff', async (role) => {
      expect(await ask(route, role)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    });
});

// Last, because some of it is gone afterwards.
it.each(those('owner'))('%s is open to the owner', async (route) => {
  const answer = await ask(route, 'owner');
  expect(judge(answer)).toEqual(open);
  expect(answer).not.toEqual(await ask(route, 'owner', { elsewhere: true }));
});

it.each(those('person', 'owner').filter(([, { scope }]) => scope))(
  '%s is open to a key with its scope',
  async (route) => {
    expect(judge(await ask(route, 'key'))).toEqual(open);
  },
);

it.each(those('staff'))('%s is open to staff', async (route) => {
  const answer = await ask(route, 'staff');
  expect(isLetIn(answer)).toBe(true);
  if (!route.endsWith('/resolve')) expect(answer.status).toBe(200);
});
