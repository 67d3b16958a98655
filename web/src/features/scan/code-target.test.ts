import { toPayCode } from '@feiqian/domain/codes/pay-code';
import { readCode } from '@feiqian/domain/codes/read-code';
import { describe, expect, it } from 'vitest';
import { messages as errors } from '../../lib/error-text.en.ts';
import { toTarget } from './code-target.ts';
import { messages as words } from './messages.en.ts';

const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const id = '0b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10';
const targetOf = (text: string) => toTarget(readCode(text, 'wallet.example'), { words, errors });
const pathOf = (text: string) => {
  const target = targetOf(text);
  return 'path' in target ? target.path : undefined;
};

describe('where a code leads', () => {
  it('is the screen that deals with it', () => {
    expect(pathOf(`https://wallet.example/pay/${id}`)).toBe(`/pay/${id}`);
    expect(pathOf(address.toLowerCase())).toBe(`/send?to=${address}`);
    expect(pathOf('@lin')).toBe('/transfer?to=%40lin');
    expect(pathOf('lin@example.com')).toBe('/transfer?to=lin%40example.com');
  });

  it('carries what is asked for and nothing else that stood in the code', () => {
    const code = `ethereum:${address}@31337?value=1e3&gas=21000&memo=secret`;
    expect(pathOf(code)).toBe(`/send?to=${encodeURIComponent(`ethereum:${address}@31337?value=1000`)}`);
  });

  it('is nowhere for what is only told about, and never for a secret', () => {
    const key = '4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d';
    for (const text of [key, `https://other.example/pay/${id}`, 'wc:abc@2', 'lin.eth', 'hello', '']) {
      expect(pathOf(text)).toBeUndefined();
    }
    expect(targetOf(key)).toMatchObject({ notice: { tone: 'plum', title: words.told.secret.private_key } });
    expect(JSON.stringify(targetOf(key))).not.toContain(key.slice(0, 8));
  });

  it('is the counter for a pay code, which is worth nothing elsewhere', () => {
    expect(targetOf(toPayCode('123456789012345'))).toMatchObject({ notice: { action: { href: '/counter' } } });
  });

  it('is told by what the code itself says, for a code of another network', () => {
    const pix =
      '00020126830014br.gov.bcb.pix01364004901d-bd85-4769-8e52-cb4c42c506dc0221Jornada pagador 57768520400005303986540573.625802BR5903Pix6016Sao Joao del Rei62080504oooo63044682';
    expect(targetOf(pix)).toMatchObject({
      notice: { body: expect.stringMatching(/^Pix, Sao Joao del Rei, BRL 73\.62\. /) },
    });
    expect(targetOf('https://other.example/pay/../x?token=1')).toMatchObject({
      notice: { body: words.told.webBody('other.example') },
    });
    expect(targetOf(address.slice(0, -1))).toMatchObject({ notice: { title: errors.ADDRESS_MALFORMED.title } });
  });
});
