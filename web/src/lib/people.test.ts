import { describe, expect, it } from 'vitest';
import { isName } from './people.ts';

describe('isName', () => {
  it('knows handles, with or without @, and e-mails', () => {
    expect(['lin', '@lin', 'lin@example.com', ' @lin '].every(isName)).toBe(true);
  });

  it('waits while a name is being typed', () => {
    expect(['', '@', 'l', 'lin@', 'lin@example', '0x12', '林'].some(isName)).toBe(false);
  });
});
