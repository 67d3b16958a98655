import { describe, expect, it } from 'vitest';
import { type Command, matchCommands } from './match-commands.ts';

const command = (label: string): Command => ({ key: label, label, icon: 'home', run: () => undefined });
const commands = ['首页', '转账', '收款', '收款链接', 'Send', 'Send cash'].map(command);
const found = (text: string) => matchCommands(commands, text).map(({ label }) => label);

describe('matchCommands', () => {
  it('shows all of them before anything is typed', () => {
    expect(found('  ')).toHaveLength(commands.length);
  });

  it('finds by a part, beginnings first, whatever the case', () => {
    expect(found('收款')).toEqual(['收款', '收款链接']);
    expect(found('账')).toEqual(['转账']);
    expect(found('SEND')).toEqual(['Send', 'Send cash']);
    expect(found('cash')).toEqual(['Send cash']);
  });

  it('finds nothing for other words', () => {
    expect(found('xyz')).toEqual([]);
  });
});
