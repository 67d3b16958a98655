import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { sandboxAccounts, startSandboxProcess } from '../../../test/payments/sandbox-process.ts';
import { describeGateway, type ReceivedNotification } from '../gateway.behavior.ts';
import { createSandboxGateway } from './sandbox-gateway.ts';

vi.setConfig({ testTimeout: 30_000 });

describeGateway('sandbox', async () => {
  const received: ReceivedNotification[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ raw: Buffer.concat(chunks), headers: request.headers });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sandbox = await startSandboxProcess({ publicUrl });
  return {
    gateway: sandbox.connect(),
    connect: sandbox.connect,
    returnUrl: `${publicUrl}/top-ups/1`,
    pay: (orderNumber) => sandbox.act(orderNumber, 'pay'),
    payLate: (orderNumber) => sandbox.act(orderNumber, 'pay_late'),
    decline: (orderNumber) => sandbox.act(orderNumber, 'decline'),
    expire: (orderNumber) => sandbox.act(orderNumber, 'expire'),
    arm: sandbox.arm,
    received: (orderNumber) => received.filter(({ raw }) => raw.includes(orderNumber)),
    rotateKey: sandbox.rotateKey,
    accounts: sandboxAccounts,
    async close() {
      await sandbox.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
});

const settings = {
  merchant: 'feiqian',
  key: 'A'.repeat(43),
  gatewayKeys: ['A'.repeat(43)],
  publicUrl: 'http://localhost:8080',
};

it('is not reached by plain HTTP beyond loopback', () => {
  expect(() => createSandboxGateway({ ...settings, url: 'http://bank.example' })).toThrow('https');
  expect(() => createSandboxGateway({ ...settings, url: 'ftp://127.0.0.1' })).toThrow('https');
  expect(createSandboxGateway({ ...settings, url: 'https://bank.example' }).name).toBe('sandbox');
});

it('does not start with a malformed key', () => {
  expect(() => createSandboxGateway({ ...settings, url: 'http://127.0.0.1:1', key: 'secret' })).toThrow('32 bytes');
});

it('says that nothing is known when nobody is there', async () => {
  await expect(
    createSandboxGateway({ ...settings, url: 'http://127.0.0.1:1' }).queryPayment('ORDER0001'),
  ).rejects.toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
});
