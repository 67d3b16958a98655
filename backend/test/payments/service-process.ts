/** The service of these tests as a process of its own, which can be made to die at a failpoint. Reads what it needs from one argument. */
import { z } from 'zod';
import { armFailpoint } from '../../src/database/failpoint.ts';
import { createSandboxGateway } from '../../src/gateways/sandbox/sandbox-gateway.ts';
import { startPayments } from './payments-service.ts';

const settings = z
  .object({
    serviceUrl: z.string(),
    port: z.number(),
    failAt: z.string().nullable(),
    registration: z.object({
      url: z.string(),
      merchant: z.string(),
      key: z.string(),
      gatewayKeys: z.array(z.string()),
      publicUrl: z.string(),
    }),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

armFailpoint(settings.failAt ?? undefined);
await startPayments({
  serviceUrl: settings.serviceUrl,
  port: settings.port,
  gateway: createSandboxGateway({ ...settings.registration, timeoutMs: 2000 }),
});
process.stdout.write('ready\n');
