/**
 * The whole product on its embedded defaults. What the environment configures (DATABASE_URL, CHAINS, GATEWAY_SANDBOX_URL, SMTP_URL) is used as it is and not started here;
 * the service cannot tell the difference.
 */
import type { Lan } from '../lan/lan.ts';
import type { Children } from '../processes/children.ts';
import { step } from '../terminal.ts';
import { startChain } from './chain.ts';
import type { DataFolder } from './data-folder.ts';
import { startDatabase } from './database.ts';
import type { Embedding } from './embedding.ts';
import { ensureKeys } from './keys.ts';
import { mailSettings, sandboxSettings, startSimulators } from './simulators.ts';

/** Everything that the service runs on, started; `env` is what the service is told. */
export type Foundations = {
  readonly env: Record<string, string>;
  readonly summary: readonly string[];
};

/**
 * Starts database, chain and simulators, at the same time.
 *
 * @param port - Where people reach the product.
 * @param lan - How they do so from the local network.
 */
export async function startFoundations({
  folder,
  children,
  port,
  lan,
}: {
  folder: DataFolder;
  children: Children;
  port: number;
  lan: Lan | undefined;
}): Promise<Foundations> {
  const keys = ensureKeys(folder.keys);
  const embedding = { folder, keys, children };
  const parts = await Promise.all([
    provideDatabase(embedding),
    provideChain(embedding),
    provideSimulators(embedding, listOrigins(port, lan), lan),
  ]);
  const env = { ISSUER_KEY: keys.chain.issuer, RELAYER_KEY: keys.chain.relayer, DATA_KEY: keys.data };
  return {
    env: Object.assign({}, configured(env), ...parts.map((part) => part.env)),
    summary: parts.flatMap((part) => part.summary),
  };
}

type Part = { readonly env: Record<string, string>; readonly summary: readonly string[] };

async function provideDatabase(embedding: Embedding): Promise<Part> {
  if (process.env.DATABASE_URL) return { env: {}, summary: ['Database    as DATABASE_URL says'] };
  const database = await step(
    'Database',
    () => startDatabase(embedding),
    ({ description }) => description,
  );
  return { env: { DATABASE_URL: database.serviceUrl, DATABASE_OWNER_URL: database.ownerUrl }, summary: [] };
}

async function provideChain(embedding: Embedding): Promise<Part> {
  if (process.env.CHAINS) return { env: {}, summary: ['Chains      as CHAINS says'] };
  const { rpcUrl, chain } = await step(
    'Local chain and contracts',
    () => startChain(embedding),
    ({ description }) => description,
  );
  const env = { CHAINS: embedding.folder.chains, [`RPC_URL_${chain.chainId}`]: rpcUrl };
  return { env, summary: [`Local chain ${rpcUrl}`] };
}

async function provideSimulators(
  embedding: Embedding,
  origins: readonly string[],
  lan: Lan | undefined,
): Promise<Part> {
  const ownMail = process.env.SMTP_URL ? ['Mail        as SMTP_URL says'] : undefined;
  if (process.env.GATEWAY_SANDBOX_URL)
    return { env: {}, summary: ['Sandbox     as GATEWAY_SANDBOX_URL says', ...(ownMail ?? [])] };
  const { sandbox, mail, smtp } = await step(
    'Sandbox bank and mail',
    () => startSimulators(embedding, origins, lan),
    (addresses) => addresses.sandbox,
  );
  return {
    env: { ...sandboxSettings(embedding.keys, sandbox), ...(ownMail ? {} : mailSettings(smtp)) },
    summary: [`Sandbox bank ${sandbox}`, ...(ownMail ?? [`Sandbox mail ${mail}`])],
  };
}

/** Origins that people use for a product at `port`, and that gateways may send notices to. */
export function listOrigins(port: number, lan?: Lan): string[] {
  const names = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  if (lan) return [lan.originAt(port), `https://localhost:${port}`];
  const publicUrl = process.env.PUBLIC_URL;
  return publicUrl ? [...names, new URL(publicUrl).origin] : names;
}

/** What the operator set stays as it is. */
function configured(defaults: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, process.env[name] ?? value]));
}
