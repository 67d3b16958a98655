import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addressSchema } from '@feiqian/domain/api/common';
import { cashAssets } from '@feiqian/domain/assets';
import { type Chain, listContracts, listIssuedTokens } from '@feiqian/domain/chains';
import type { Hex } from 'viem';
import { z } from 'zod';
import type { Tls } from './http/tls.ts';
import type { SmtpServer } from './mail/client.ts';

const hex32 = z.string().regex(/^0x[0-9a-fA-F]{64}$/, 'must be 32 bytes in hex') as unknown as z.ZodType<Hex, string>;
const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(50).max(86_400_000);
/** `CNY:100000,USD:15000`: an amount in the smallest unit of each currency. */
const amountsByCurrency = z
  .string()
  .regex(/^[A-Z]{3}:[0-9]{1,18}(?:,[A-Z]{3}:[0-9]{1,18})*$/, 'must be like CNY:100000,USD:15000')
  .transform(
    (text) =>
      new Map(
        text.split(',').map((part): [string, bigint] => [part.slice(0, 3), BigInt(part.slice(4))]),
      ) as ReadonlyMap<string, bigint>,
  );
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const chainSchema = z.object({
  chainId: z.int().positive(),
  name: z.string().min(1),
  native: z.object({ symbol: z.string().min(1), decimals: z.int().min(0).max(36) }),
  finality: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('tag') }),
    z.object({ kind: z.literal('depth'), blocks: z.int().min(1).max(10_000) }),
  ]),
  ephemeral: z.boolean(),
  tokens: z.array(
    z.object({
      symbol: z.string().min(1),
      name: z.string().min(1),
      address: addressSchema,
      decimals: z.int().min(0).max(36),
      cash: z.enum(cashAssets.map(({ id }) => id)).optional(),
    }),
  ),
  relay: addressSchema.nullable().default(null),
  checkout: addressSchema.nullable().default(null),
  startBlock: z.int().min(0),
});
const chainsSchema = z
  .array(chainSchema)
  .min(1)
  .superRefine((chains, context) => {
    chains.forEach((chain, index) => {
      const addresses = listContracts(chain);
      if (listIssuedTokens(chain).length > 0 && (chain.relay === null || chain.checkout === null))
        context.addIssue({ code: 'custom', path: [index], message: 'issues a token, so it needs relay and checkout' });
      if (new Set(addresses).size < addresses.length)
        context.addIssue({ code: 'custom', path: [index], message: 'names a contract twice' });
      if (chains.findIndex(({ chainId }) => chainId === chain.chainId) !== index)
        context.addIssue({ code: 'custom', path: [index, 'chainId'], message: 'is that of another chain' });
    });
  });

// Every variable that the service reads, with what it means; .env.example is generated from this.
const environmentSchema = z.object({
  PORT: port.default(8080).describe('Port to listen on'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .transform((text) => text.split(','))
    .describe('Addresses to listen on, comma-separated'),
  TLS_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file of a certificate, with which the service answers HTTPS itself; absent: HTTP'),
  TLS_KEY_FILE: z.string().optional().describe('PEM file of its private key'),
  TLS_AUTHORITY_FILE: z
    .string()
    .optional()
    .describe('PEM file of an authority of one’s own, for phones in the local network to download and trust'),
  PUBLIC_URL: z
    .url()
    .optional()
    .describe('Origin that people see; https except on loopback. Default: localhost at PORT'),
  DATABASE_URL: z.string().min(1).describe('PostgreSQL, as the service role'),
  DATABASE_OWNER_URL: z
    .string()
    .optional()
    .describe('PostgreSQL, as the owner role; used at start for migrations only'),
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(200).default(16).describe('Connections of this replica'),
  CHAINS: z.string().min(1).describe('Path of a JSON file that lists the chains, their tokens and the relay contract'),
  GATEWAY_SANDBOX_URL: z.url().optional().describe('Address of the sandbox gateway; absent: the gateway is off'),
  GATEWAY_SANDBOX_MERCHANT: z.string().default('feiqian').describe('Merchant id at the sandbox gateway'),
  GATEWAY_SANDBOX_KEY: z.string().optional().describe('Secret that signs requests to the sandbox gateway'),
  GATEWAY_SANDBOX_PUBLIC_KEY: z.string().optional().describe('Key that checks what the sandbox gateway says'),
  ISSUER_KEY: hex32.describe('Private key that issues stablecoins'),
  RELAYER_KEY: hex32.describe('Private key that pays network fees for relayed transfers'),
  RELAY_FEE: z
    .string()
    .regex(/^[0-9]{1,18}$/)
    .default('20000')
    .describe('Fee of a relayed transfer, in the smallest unit of the token'),
  SETTLE_AT_MINED_MAX: z
    .string()
    .regex(/^[0-9]{1,18}$/)
    .default('20000')
    .describe(
      'Payment requests up to this many hundredths count as paid once they are in a block; larger ones once it is final',
    ),
  STEP_UP_ABOVE: amountsByCurrency
    .default(
      new Map([
        ['CNY', 100_000n],
        ['USD', 15_000n],
      ]),
    )
    .describe(
      'What may go out without a second factor being shown again, in hundredths, such as CNY:100000,USD:15000; of other currencies nothing',
    ),
  DATA_KEY: hex32.describe(
    'Key from which those follow that hash and, unless KEY_ENCRYPTION_KEYS is set, encrypt in the database',
  ),
  KEY_ENCRYPTION_KEYS: z
    .string()
    .optional()
    .transform((text) => (text ?? '').split(',').filter((key) => key !== ''))
    .pipe(z.array(hex32))
    .describe(
      'Keys under which personal data and secrets lie in the database, separated by commas: the first encrypts, the others still decrypt (npm run rotate-keys)',
    ),
  SMTP_URL: z
    .string()
    .optional()
    .describe(
      'Mail server, such as smtps://user:password@mail.example:465 (smtp:// demands STARTTLS beyond loopback); absent: no mail is sent',
    ),
  MAIL_FROM: z
    .string()
    .optional()
    .describe('Whom mail comes from, such as Feiqian <receipts@wallet.example>; belongs together with SMTP_URL'),
  BRIDGE: flag.default(true).describe('Whether cash becomes tokens and back (true or false)'),
  WEB_FOLDER: z.string().optional().describe('Folder of the built wallet'),
  VERIFY_EVERY_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(300)
    .describe('Seconds between two looks at the invariants of the books, by one replica'),
  REQUESTS_PER_MINUTE_MAX: z.coerce
    .number()
    .int()
    .min(60)
    .max(1_000_000)
    .default(1_200)
    .describe('Requests that one address may make of the API in a minute; more where many people share an address'),
  SWEEP_MS: milliseconds.default(30_000).describe('How often work that a process left behind is looked for'),
  GATEWAY_CHECK_MS: milliseconds
    .default(5_000)
    .describe('How soon a gateway is first asked again; later ever more rarely'),
  CHAIN_LEASE_MS: milliseconds.default(3_000).describe('How long a replica that says nothing keeps leading a chain'),
  CHAIN_RECHECK_MS: milliseconds
    .default(5_000)
    .describe('How soon a transaction that was sent is looked for or tried again'),
  CHAIN_REPRICE_MS: milliseconds
    .default(45_000)
    .describe('How long until a transaction that is not mined gets a higher price'),
  FAIL_AT: z
    .string()
    .regex(/^[a-z_]+$/)
    .optional()
    .describe('Tests only: the named place of the code at which the process kills itself'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info').describe('How much is logged'),
});

/** Everything that the operator decides, checked and frozen. */
export type Config = Readonly<z.infer<typeof environmentSchema>> & {
  readonly publicUrl: string;
  readonly webFolder: string;
  readonly chains: readonly Chain[];
  /** Absent where the service answers plain HTTP. */
  readonly tls: Tls | undefined;
  /** Absent where no mail is sent. */
  readonly mail: { readonly server: SmtpServer; readonly from: MailFrom } | undefined;
  /** JSON-RPC addresses of each chain, in order of preference. */
  readonly rpcUrls: ReadonlyMap<number, readonly string[]>;
};

/** Whom mail comes from. */
type MailFrom = { readonly name: string; readonly address: string };

// Hardhat prints these keys' accounts to everybody; a service key among them is no secret (first three of its standard phrase).
const printedKeys = new Set([
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
  '0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a',
]);

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The keys of the configuration that open what is sealed in the database. @throws {Error} which of them is not one. */
export function readEncryptionKeys(environment: Readonly<Record<string, string | undefined>>) {
  const keys = environmentSchema.pick({ DATA_KEY: true, KEY_ENCRYPTION_KEYS: true });
  const parsed = keys.safeParse(withoutEmpty(environment));
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'));
  return parsed.data;
}

/** Whether an origin is on this machine. */
export const isLoopbackUrl = (url: string): boolean => loopback.test(new URL(url).hostname);

/**
 * Reads the environment once. All problems are reported together, by the variable's name and never by its value.
 *
 * @throws {Error} when anything is missing or malformed, or a setting would be unsafe where it is used.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environmentSchema.safeParse(withoutEmpty(environment));
  if (!parsed.success) {
    throw new Error(
      `The configuration is not complete:\n${parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n')}`,
    );
  }
  const values = parsed.data;
  const problems: string[] = [];
  const chains = readChains(values.CHAINS, problems);
  const rpcUrls = new Map(chains.map((chain) => [chain.chainId, readRpcUrls(environment, chain.chainId, problems)]));
  const tls = readTls(values, problems);
  const mail = readMail(values, problems);
  const publicUrl = (values.PUBLIC_URL ?? `${tls ? 'https' : 'http'}://localhost:${values.PORT}`).replace(/\/$/, '');
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol !== 'https:' && !loopback.test(hostname)) problems.push('PUBLIC_URL: must be https beyond loopback');
  if (protocol !== 'https:' && tls) problems.push('PUBLIC_URL: must be https, as TLS_CERT_FILE is set');
  if (values.FAIL_AT !== undefined && !loopback.test(hostname)) problems.push('FAIL_AT: is for tests on loopback');
  for (const name of ['ISSUER_KEY', 'RELAYER_KEY'] as const) {
    if (printedKeys.has(values[name].toLowerCase()))
      problems.push(`${name}: is a published key of the local chain; make one of your own`);
  }
  if (values.ISSUER_KEY.toLowerCase() === values.RELAYER_KEY.toLowerCase())
    problems.push('RELAYER_KEY: must differ from ISSUER_KEY');
  if (problems.length > 0)
    throw new Error(`The configuration is not safe:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  const webFolder = values.WEB_FOLDER ?? fileURLToPath(new URL('../../web/dist', import.meta.url));
  return Object.freeze({ ...values, publicUrl, webFolder, chains, tls, mail, rpcUrls });
}

function withoutEmpty(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

function readTls(
  { TLS_CERT_FILE, TLS_KEY_FILE, TLS_AUTHORITY_FILE }: z.infer<typeof environmentSchema>,
  problems: string[],
): Tls | undefined {
  const read = (name: string, path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      problems.push(`${name}: not a readable file`);
      return '';
    }
  };
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) {
    if (TLS_CERT_FILE ?? TLS_KEY_FILE ?? TLS_AUTHORITY_FILE)
      problems.push('TLS_CERT_FILE: belongs together with TLS_KEY_FILE');
    return undefined;
  }
  return {
    certificate: read('TLS_CERT_FILE', TLS_CERT_FILE),
    key: read('TLS_KEY_FILE', TLS_KEY_FILE),
    authority: TLS_AUTHORITY_FILE === undefined ? undefined : read('TLS_AUTHORITY_FILE', TLS_AUTHORITY_FILE),
  };
}

const mailFromShape =
  /^(?:([^<>"\p{Cc}]{1,64}) <([^\s<>@"\p{Cc}]{1,64}@[^\s<>@"\p{Cc}]{1,253})>|([^\s<>@"\p{Cc}]{1,64}@[^\s<>@"\p{Cc}]{1,253}))$/u;

function readMail({ SMTP_URL, MAIL_FROM }: z.infer<typeof environmentSchema>, problems: string[]): Config['mail'] {
  if (SMTP_URL === undefined && MAIL_FROM === undefined) return undefined;
  const [, name = '', named, plain] = mailFromShape.exec(MAIL_FROM ?? '') ?? [];
  const address = named ?? plain;
  if (address === undefined)
    problems.push('MAIL_FROM: must be an address, or a name and <an address>, beside SMTP_URL');
  const url = URL.canParse(SMTP_URL ?? '') ? new URL(SMTP_URL ?? '') : undefined;
  if ((url?.protocol !== 'smtp:' && url?.protocol !== 'smtps:') || url.hostname === '') {
    problems.push('SMTP_URL: must be an smtp:// or smtps:// address, beside MAIL_FROM');
    return undefined;
  }
  const isSecure = url.protocol === 'smtps:';
  const isLocal = loopback.test(url.hostname);
  const encryption = isSecure ? 'tls' : isLocal ? 'none' : 'starttls';
  // RFC 8314, RFC 6409.
  const usualPort = { tls: 465, starttls: 587, none: 25 }[encryption];
  const server: SmtpServer = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? usualPort : Number(url.port),
    encryption,
    auth:
      url.username === ''
        ? undefined
        : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
  };
  return address === undefined ? undefined : { server, from: { name, address } };
}

function readChains(path: string, problems: string[]): Chain[] {
  try {
    return chainsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    problems.push(
      `CHAINS: ${error instanceof z.ZodError ? error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join(', ') : 'not a readable JSON file'}`,
    );
    return [];
  }
}

function readRpcUrls(
  environment: Readonly<Record<string, string | undefined>>,
  chainId: number,
  problems: string[],
): string[] {
  const name = `RPC_URL_${chainId}`;
  const urls = (environment[name] ?? '').split(/[\s,]+/).filter((url) => url !== '');
  if (urls.length === 0) problems.push(`${name}: is missing`);
  for (const url of urls) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    const isPlain = parsed?.protocol === 'http:' || parsed?.protocol === 'ws:';
    if (!parsed || !['http:', 'https:', 'ws:', 'wss:'].includes(parsed.protocol))
      problems.push(`${name}: is not a URL`);
    else if (isPlain && !loopback.test(parsed.hostname)) problems.push(`${name}: must be encrypted beyond loopback`);
  }
  return urls;
}

/** Writes `.env.example` from the schema. */
export function describeEnvironment(): string {
  const lines = Object.entries(environmentSchema.shape).map(
    ([name, schema]) => `# ${schema.description ?? ''}\n${name}=`,
  );
  return `${[...lines, '# JSON-RPC address of each chain (several, comma-separated, in order of preference)\nRPC_URL_31337='].join('\n\n')}\n`;
}
