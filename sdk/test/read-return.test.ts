import { describe, expect, it } from 'vitest';
import { ReturnRefused, readReturn } from '../src/read-return.ts';

const secret = 'fqr_3q2-7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs';
const id = '1b9c0e6e-3a5d-4c1e-8b57-0d6a4c5f2a10';
// Signed by `printf %s "$signed" | openssl dgst -sha256 -hmac "$secret"`.
const signed = `https://shop.example/done?shop=7&feiqian_request=${id}&feiqian_state=settled&feiqian_order=A%207%2F%C3%BC&feiqian_at=1796000000`;
const url = `${signed}&feiqian_signature=140fd96adf5cabde136f2b748072a8899ecf7f7a72106a94899796461988b190`;
const now = new Date(1_796_000_000_000);

const refusal = (given: string, secrets: string | readonly string[] = secret, at = now) => {
  try {
    readReturn(given, secrets, { now: at });
    return 'believed';
  } catch (error) {
    expect(error).toBeInstanceOf(ReturnRefused);
    return 'refused';
  }
};

describe('the address that a payer came back to', () => {
  it('is read when the service signed it', () => {
    expect(readReturn(url, secret, { now })).toEqual({ requestId: id, state: 'settled', orderId: 'A 7/ü', at: now });
    // What the page itself put behind it never reaches a server.
    expect(readReturn(`${url}#top`, [secret.replace('3', '4'), secret], { now }).state).toBe('settled');
  });

  it('is refused with any character changed, added or left out', () => {
    for (let index = 0; index < url.length; index += 1) {
      const other = url[index] === 'a' ? 'b' : 'a';
      expect([index, refusal(url.slice(0, index) + other + url.slice(index + 1))]).toEqual([index, 'refused']);
      expect([index, refusal(url.slice(0, index) + url.slice(index + 1))]).toEqual([index, 'refused']);
    }
    for (const more of ['&a=1', '0', ' ', '\n']) expect([more, refusal(url + more)]).toEqual([more, 'refused']);
    expect(refusal(`https://shop.example/other?x=${encodeURIComponent(url)}`)).toBe('refused');
    expect(refusal(`${url}&feiqian_state=new&feiqian_signature=${'0'.repeat(64)}`)).toBe('refused');
    expect(refusal('https://shop.example/done')).toBe('refused');
    expect(refusal(signed)).toBe('refused');
    expect(refusal('')).toBe('refused');
  });

  it('is refused under another secret, and under none', () => {
    expect([refusal(url, secret.replace('3', '4')), refusal(url, [])]).toEqual(['refused', 'refused']);
  });

  it('is not looked at with something that is no secret, such as a setting that was forgotten', () => {
    for (const none of ['', 'fqr_', 'whsec_abc', undefined as unknown as string])
      expect(() => readReturn(url, none, { now })).toThrow(TypeError);
  });

  it('is refused when it is too old or from the future', () => {
    const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    expect([refusal(url, secret, after(300)), refusal(url, secret, after(-300))]).toEqual(['believed', 'believed']);
    expect([refusal(url, secret, after(301)), refusal(url, secret, after(-301))]).toEqual(['refused', 'refused']);
    const patient = { now: after(3000), toleranceSeconds: 3600 };
    expect(readReturn(url, secret, patient).requestId).toBe(id);
  });

  it('names no order when the request had none', () => {
    const bare = `https://shop.example/?feiqian_request=${id}&feiqian_state=new&feiqian_order=&feiqian_at=1796000000&feiqian_signature=c70767295dca764ea151e92f9ba0d059a7488497e35317fd78488d781fad321b`;
    expect(readReturn(bare, secret, { now }).orderId).toBeNull();
  });
});
