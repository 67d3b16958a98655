import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { chooseLanAddress, formatHost } from './addresses.ts';

const info = (address: string, internal = false): NetworkInterfaceInfo =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo;

const lo = [info('127.0.0.1', true), info('::1', true)];
const choose = (interfaces: Record<string, NetworkInterfaceInfo[]>, asked?: string) =>
  chooseLanAddress({ interfaces: { lo, ...interfaces }, asked, machine: 'Desk.example' });

describe('chooseLanAddress', () => {
  it('takes the private address of a real interface before those of guests, tunnels and IPv6', () => {
    const interfaces = {
      docker0: [info('172.17.0.1')],
      tailscale0: [info('100.101.5.6')],
      en0: [info('fe80::1'), info('fd00::2'), info('192.168.1.5'), info('203.0.114.9')],
    };
    expect(choose(interfaces)).toEqual({
      host: '192.168.1.5',
      address: '192.168.1.5',
      names: ['localhost', '127.0.0.1', '::1', '192.168.1.5', 'fd00::2', '172.17.0.1', '100.101.5.6', 'desk.local'],
    });
    expect(choose({ docker0: [info('172.17.0.1')], eth0: [info('10.3.4.5')] }).host).toBe('10.3.4.5');
    expect(choose({ eth0: [info('2001:db9::1'), info('fd12:3456::7')] }).host).toBe('fd12:3456::7');
  });

  it('takes what LAN_HOST names, when it is this machine', () => {
    const interfaces = { eth0: [info('10.3.4.5')], eth1: [info('192.168.7.7')] };
    expect(choose(interfaces, '10.3.4.5')).toMatchObject({ host: '10.3.4.5', address: '10.3.4.5' });
    const named = choose(interfaces, 'Wallet.Home.Arpa');
    expect(named).toMatchObject({ host: 'wallet.home.arpa', address: '192.168.7.7' });
    expect(named.names).toContain('wallet.home.arpa');
    expect(() => choose(interfaces, '10.9.9.9')).toThrow('no address of this machine');
    expect(() => choose(interfaces, 'https://x')).toThrow('neither an address nor a name');
  });

  it('says so when there is no local network, and opens nothing to the internet by itself', () => {
    expect(() => choose({})).toThrow('no address in a local network');
    expect(() => choose({ eth0: [info('203.0.114.9')] })).toThrow('may be reached from everywhere');
    expect(choose({ eth0: [info('203.0.114.9')] }, '203.0.114.9')).toMatchObject({
      host: '203.0.114.9',
      names: expect.arrayContaining(['203.0.114.9']),
    });
  });
});

it('writes IPv6 addresses in brackets, as address bars want them', () => {
  expect(['fd00::2', '10.0.0.1', 'desk.local'].map(formatHost)).toEqual(['[fd00::2]', '10.0.0.1', 'desk.local']);
});
