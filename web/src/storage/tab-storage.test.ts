import { afterEach, describe, expect, it, vi } from 'vitest';
import { openTabStorage } from './tab-storage.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('what a tab keeps', () => {
  it('lies in sessionStorage, where a reload finds it', () => {
    const entries = new Map<string, string>();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => void entries.set(key, value),
      removeItem: (key: string) => void entries.delete(key),
    });
    openTabStorage().setItem('a', '1');
    expect(openTabStorage().getItem('a')).toBe('1');
    const storage = openTabStorage();
    storage.removeItem('a');
    expect([storage.getItem('a'), entries.size]).toEqual([null, 0]);
  });

  it('is kept in memory where the browser refuses, so that the wallet does not take itself for left alone', () => {
    vi.stubGlobal(
      'sessionStorage',
      new Proxy({} as Storage, {
        get: () => {
          throw new DOMException('no', 'SecurityError');
        },
      }),
    );
    const storage = openTabStorage();
    expect(storage.getItem('a')).toBeNull();
    storage.setItem('a', '1');
    expect(storage.getItem('a')).toBe('1');
    storage.removeItem('a');
    expect(storage.getItem('a')).toBeNull();
    expect(openTabStorage().getItem('a')).toBeNull();
  });
});
