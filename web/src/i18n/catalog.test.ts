import { describe, expect, it } from 'vitest';
import { defineCatalog } from './catalog.ts';

describe('defineCatalog', () => {
  it('has eager sentences at once, in the form that React reads without waiting', () => {
    const catalog = defineCatalog({ zh: { hello: '你好' }, en: { hello: 'Hello' } });
    expect(catalog.load('zh')).toMatchObject({ status: 'fulfilled', value: { hello: '你好' } });
    expect(catalog.load('en')).toMatchObject({ status: 'fulfilled', value: { hello: 'Hello' } });
  });

  it('fetches a language once, gives the same promise, and marks it when it is here', async () => {
    let fetches = 0;
    const catalog = defineCatalog({
      zh: { hello: '你好' },
      en: async () => {
        fetches += 1;
        return { messages: { hello: 'Hello' } };
      },
    });
    const promise = catalog.load('en');
    expect(promise).not.toHaveProperty('status');
    expect(catalog.load('en')).toBe(promise);
    await promise;
    expect(promise).toMatchObject({ status: 'fulfilled', value: { hello: 'Hello' } });
    expect(fetches).toBe(1);
  });

  it('may fetch again after a failure, such as a lost connection', async () => {
    let fetches = 0;
    const catalog = defineCatalog<{ hello: string }>({
      zh: { hello: '你好' },
      en: async () => {
        fetches += 1;
        if (fetches === 1) throw new Error('offline');
        return { messages: { hello: 'Hello' } };
      },
    });
    await expect(catalog.load('en')).rejects.toThrow('offline');
    await expect(catalog.load('en')).resolves.toEqual({ hello: 'Hello' });
  });
});
