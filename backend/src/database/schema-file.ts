import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';

/** What precedes the models in the schema file. */
const head = `generator client {
  provider            = "prisma-client"
  output              = "../src/database/generated"
  importFileExtension = "ts"
  moduleFormat        = "esm"
  runtime             = "nodejs"
}

datasource db {
  provider = "postgresql"
}
`;

type PatchableAdapter = {
  performIO: (query: unknown) => Promise<{ fields?: { dataTypeID: number }[] }>;
  queryRaw: (query: { characterColumns?: boolean[] }) => Promise<{ columnTypes: number[] }>;
};

/** adapter-pg has no mapping for the internal "char" type (oid 18), which the engine reads from pg_catalog; it is CHAR (1042) to us. */
function mapInternalChar<Adapter>(adapter: Adapter): Adapter {
  const patchable = adapter as unknown as PatchableAdapter;
  const performIO = patchable.performIO.bind(adapter);
  const queryRaw = patchable.queryRaw.bind(adapter);
  patchable.performIO = async (query) => {
    const result = await performIO(query);
    (query as { characterColumns?: boolean[] }).characterColumns = (result.fields ?? []).map((field) => {
      if (field.dataTypeID !== 18) return false;
      field.dataTypeID = 1042;
      return true;
    });
    return result;
  };
  patchable.queryRaw = async (query) => {
    const result = await queryRaw(query);
    (query.characterColumns ?? []).forEach((isCharacter, index) => {
      if (isCharacter) result.columnTypes[index] = ColumnTypeEnum.Character;
    });
    return result;
  };
  return adapter;
}

class IntrospectionAdapterFactory extends PrismaPg {
  override async connect() {
    return mapInternalChar(await super.connect());
  }
}

/** Where to read the tables; given apart because the adapter lets a connection string win over `database`. */
export type SchemaSource = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
};

/**
 * Writes the Prisma schema of a migrated database. The SQL migrations are the source: the schema file follows from them,
 * so that the two can never disagree unnoticed (a test compares).
 */
export async function readSchemaFile(source: SchemaSource): Promise<string> {
  const factory = bindMigrationAwareSqlAdapterFactory(new IntrospectionAdapterFactory({ ...source }));
  const schema = { files: [{ path: 'schema.prisma', content: head }] };
  const engine = await SchemaEngine.new(
    { datamodels: schema.files.map((file) => [file.path, file.content]) },
    () => undefined,
    factory,
  );
  const result = await engine.introspect({
    schema,
    baseDirectoryPath: '/',
    force: false,
    compositeTypeDepth: 0,
    namespaces: null,
  });
  const [file] = result.schema.files;
  if (!file) throw new Error('The schema engine answered without a schema.');
  return nameForTypeScript(file.content);
}

// Tables of the migration runner and of the job library are not ours to model.
const foreignTables = new Set(['_prisma_migrations']);

const toCamel = (name: string) => name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const toModel = (table: string) => {
  const one = table
    .replace(/ies$/, 'y')
    .replace(/addresses$/, 'address')
    .replace(/(ss|[^s])s$/, (match) => (match === 'sses' ? 'ss' : match.slice(0, -1)));
  const singular = toCamel(one);
  return singular.charAt(0).toUpperCase() + singular.slice(1);
};

/** Turns `model chain_events { tx_hash String }` into `model ChainEvent { txHash String @map("tx_hash") @@map("chain_events") }`. */
export function nameForTypeScript(schema: string): string {
  const models = schema.split(/\n(?=(?:\/\/\/[^\n]*\n)*(?:model|generator|datasource|enum|view) )/);
  const tables = new Set([...schema.matchAll(/^model (\w+) \{/gm)].map((match) => match[1] ?? ''));
  return `${models
    .map((block) => block.replace(/^\/\/\/.*$\n?/gm, ''))
    .filter((block) => block.trim() !== '' && !foreignTables.has(/^model (\w+) \{/m.exec(block)?.[1] ?? ''))
    .map((block) => nameModel(block, tables))
    .join('\n')
    .trimEnd()}\n`;
}

function nameModel(block: string, tables: ReadonlySet<string>): string {
  const table = /^model (\w+) \{/m.exec(block)?.[1];
  if (table === undefined) return block;
  const lines = block.split('\n').map((line) => {
    const field = /^ {2}(\w+)(\s+)(\w+)(.*)$/.exec(line);
    if (field) {
      const [, name = '', , type = '', rest = ''] = field;
      const isRelation = tables.has(type);
      const camel = toCamel(name);
      const mapped = isRelation || camel === name ? '' : ` @map("${name}")`;
      return `  ${camel} ${isRelation ? toModel(type) : type}${nameColumns(rest).replace(/ {2,}/g, ' ')}${mapped}`;
    }
    return nameColumns(line);
  });
  const close = lines.lastIndexOf('}');
  lines.splice(close, 0, ...(lines[close - 1]?.startsWith('  @@') ? [] : ['']), `  @@map("${table}")`);
  lines[lines.findIndex((line) => line.startsWith('model '))] = `model ${toModel(table)} {`;
  return lines.join('\n');
}

/** Column names inside `fields: […]`, `references: […]`, `@@id([…])`, `@@index([…])`. */
function nameColumns(text: string): string {
  return text.replace(/\[([^\]]*)\]/g, (list) => list.replace(/\b[a-z_][a-z0-9_]*\b(?=[,\]() ])/g, toCamel));
}
