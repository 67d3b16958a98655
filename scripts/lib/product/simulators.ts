/** The simulators of the payment gateways and of a mail server: a process of its own, reached from outside only. */
import { z } from 'zod';
import type { Lan } from '../lan/lan.ts';
import { inProject } from '../paths.ts';
import type { Embedding } from './embedding.ts';
import type { ProductKeys } from './keys.ts';
import { reservePartPort } from './ports.ts';

/** Where each simulator is. */
export type SimulatorAddresses = {
  readonly sandbox: string;
  /** The page that shows what was sent. */
  readonly mail: string;
  /** Where mail is handed in. */
  readonly smtp: string;
};

const merchantId = 'feiqian';
const mailFrom = 'Feiqian <receipts@feiqian.example>';
const readySchema = z.object({ sandbox: z.url(), mail: z.url(), smtp: z.url() });

/** Environment that the service needs to use the sandbox gateway. */
export function sandboxSettings(keys: ProductKeys, url: string): Record<string, string> {
  return {
    GATEWAY_SANDBOX_URL: url,
    GATEWAY_SANDBOX_MERCHANT: merchantId,
    GATEWAY_SANDBOX_KEY: keys.sandbox.merchant.seed,
    GATEWAY_SANDBOX_PUBLIC_KEY: keys.sandbox.gateway.publicKey,
  };
}

/** Environment that the service needs to send mail to the practice mail server. */
export function mailSettings(smtp: string): Record<string, string> {
  return { SMTP_URL: smtp, MAIL_FROM: mailFrom };
}

/**
 * Starts the simulators and waits until they can be reached.
 *
 * @param origins - Where people may be sent back to and notifications may go.
 * @param lan - How phones reach the pages of the simulators.
 */
export async function startSimulators(
  { folder, keys, children }: Embedding,
  origins: readonly string[],
  lan?: Lan,
): Promise<SimulatorAddresses> {
  const reserved = [
    await reservePartPort(folder.ports, 'sandbox'),
    await reservePartPort(folder.ports, 'mail'),
    await reservePartPort(folder.ports, 'smtp'),
  ] as const;
  for (const { release } of reserved) await release();
  const [{ port }, mail, smtp] = reserved;
  const child = children.start({
    name: 'simulators',
    args: [inProject('simulators/src/main.ts')],
    env: {
      ...process.env,
      SANDBOX_PORT: String(port),
      MAIL_PAGE_PORT: String(mail.port),
      MAIL_SMTP_PORT: String(smtp.port),
      SANDBOX_STATE: folder.sandboxState,
      SANDBOX_KEY: keys.sandbox.gateway.seed,
      SANDBOX_MERCHANT_ID: merchantId,
      SANDBOX_MERCHANT_KEY: keys.sandbox.merchant.publicKey,
      SANDBOX_MERCHANT_ORIGINS: origins.join(','),
      ...(lan ? lanSettings(lan, port) : {}),
    },
  });
  return readySchema.parse(await child.ready());
}

/** The pages at the address that phones reach; notifications find the service there, too. */
function lanSettings({ address, certificates, originAt }: Lan, port: number): Record<string, string> {
  return {
    SANDBOX_HOST: address,
    SANDBOX_PUBLIC_URL: originAt(port),
    SANDBOX_TLS_CERT_FILE: certificates.serverFile,
    SANDBOX_TLS_KEY_FILE: certificates.keyFile,
    NODE_EXTRA_CA_CERTS: certificates.authorityFile,
  };
}
