import { readFileSync } from 'node:fs';
import { z } from 'zod';

const seed = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes, base64url');
const delays = z
  .string()
  .regex(/^[0-9]{1,9}(?:,[0-9]{1,9}){0,19}$/)
  .transform((text) => text.split(',').map(Number));
const originList = z
  .string()
  .min(1)
  .transform((text) => text.split(','))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          (text) => URL.canParse(text) && new URL(text).origin === text,
          'an origin such as https://wallet.example',
        ),
    ),
  );

const environmentSchema = z.object({
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  SANDBOX_PUBLIC_URL: z
    .string()
    .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'an origin such as https://bank.example')
    .optional(),
  SANDBOX_TLS_CERT_FILE: z.string().optional(),
  SANDBOX_TLS_KEY_FILE: z.string().optional(),
  SANDBOX_STATE: z.string().min(1),
  SANDBOX_KEY: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(seed).min(1)),
  SANDBOX_MERCHANT_ID: z
    .string()
    .regex(/^[a-z0-9-]{3,32}$/)
    .default('feiqian'),
  SANDBOX_MERCHANT_NAME: z.string().min(1).max(70).default('Feiqian'),
  SANDBOX_MERCHANT_KEY: seed,
  SANDBOX_MERCHANT_ORIGINS: originList,
  SANDBOX_PAYOUT_DELAY_MS: z.coerce.number().int().min(0).max(86_400_000).default(3000),
  SANDBOX_RETRY_DELAYS_MS: delays.default([
    1000, 3000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000,
  ]),
});

const mailSchema = z.object({
  MAIL_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  MAIL_PAGE_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
});

/** How the sandbox gateway is set up. Amounts of time are milliseconds. */
export type SimulatorConfig = {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The origin that people's browsers reach; that of the listening socket when absent. */
  readonly publicUrl: string | undefined;
  /** With which it answers HTTPS instead of HTTP; both PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** File that keeps the state over restarts. */
  readonly statePath: string;
  /** The gateway's Ed25519 seeds: the first one signs until the key is rotated to the next. */
  readonly gatewaySeeds: readonly string[];
  readonly merchant: Merchant;
  readonly payoutDelayMs: number;
  /** Waits before the second, third, … delivery of a notification; after the last it is given up. */
  readonly retryDelaysMs: readonly number[];
};

/** How the mail server is set up; 0 takes any free port. */
export type MailConfig = { readonly smtpPort: number; readonly pagePort: number };

/** Who registered with the gateway. */
export type Merchant = {
  readonly id: string;
  readonly name: string;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  /** Exact origins that people may be sent back to and that notifications may go to. */
  readonly origins: readonly string[];
};

/**
 * Reads the environment.
 *
 * @throws {Error} naming every variable that is missing or malformed, never its value.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): SimulatorConfig {
  const env = readEnvironment(environmentSchema, environment);
  return {
    host: env.SANDBOX_HOST,
    port: env.SANDBOX_PORT,
    publicUrl: env.SANDBOX_PUBLIC_URL,
    tls:
      env.SANDBOX_TLS_CERT_FILE === undefined || env.SANDBOX_TLS_KEY_FILE === undefined
        ? undefined
        : {
            cert: readFileSync(env.SANDBOX_TLS_CERT_FILE, 'utf8'),
            key: readFileSync(env.SANDBOX_TLS_KEY_FILE, 'utf8'),
          },
    statePath: env.SANDBOX_STATE,
    gatewaySeeds: env.SANDBOX_KEY,
    merchant: {
      id: env.SANDBOX_MERCHANT_ID,
      name: env.SANDBOX_MERCHANT_NAME,
      publicKey: env.SANDBOX_MERCHANT_KEY,
      origins: env.SANDBOX_MERCHANT_ORIGINS,
    },
    payoutDelayMs: env.SANDBOX_PAYOUT_DELAY_MS,
    retryDelaysMs: env.SANDBOX_RETRY_DELAYS_MS,
  };
}

/**
 * Reads how the mail server is set up.
 *
 * @throws {Error} naming every variable that is malformed, never its value.
 */
export function readMailConfig(environment: Readonly<Record<string, string | undefined>>): MailConfig {
  const env = readEnvironment(mailSchema, environment);
  return { smtpPort: env.MAIL_SMTP_PORT, pagePort: env.MAIL_PAGE_PORT };
}

function readEnvironment<T>(schema: z.ZodType<T>, environment: Readonly<Record<string, string | undefined>>): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The simulator is not set up:\n${problems.join('\n')}`);
}
