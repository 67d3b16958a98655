/**
 * Which way imports may point (docs: CONTRIBUTING.md). Type imports count. Each rule here has a planted violation in
 * scripts/lib/checks/direction-proof.ts, which the checks run, so that a rule can't stop biting unnoticed.
 */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const tests = '\\.test\\.tsx?$|/test/|/e2e/';
// Folders of the backend that are not nouns: what nouns stand on.
const ground = 'http|database|ledger|chain|gateways|verify';
// What joins nouns together: part of main.ts that got a folder of its own.
const wiring = 'compose';

export default {
  forbidden: [
    forbid('no-cycles', 'A cycle means that two files are one.', { pathNot: '/generated/' }, { circular: true }),
    forbid(
      'domain-is-pure',
      'The domain knows numbers and rules, nothing of the world.',
      { path: '^domain/src', pathNot: tests },
      { pathNot: '^domain/|node_modules/(viem|zod)/' },
    ),
    forbid(
      'backend-and-web-are-strangers',
      'They meet over HTTP.',
      { path: '^backend/' },
      { path: '^(web|scripts|simulators)/', pathNot: '^simulators/' },
    ),
    forbid(
      'gateways-are-reached-over-http',
      'A simulator behaves from outside; only tests start one.',
      { path: '^backend/', pathNot: tests },
      { path: '^simulators/' },
    ),
    forbid(
      'web-and-backend-are-strangers',
      'They meet over HTTP.',
      { path: '^web/src' },
      { path: '^(backend|scripts|simulators)/' },
    ),
    forbid(
      'sdk-and-examples-are-outside',
      'A shop knows no more of the service than its API.',
      { path: '^(sdk|examples)/' },
      { path: '^(backend|web|scripts|simulators|contracts)/' },
    ),
    forbid(
      'simulators-are-outside',
      'A simulator knows no more than a real gateway.',
      { path: '^simulators/src', pathNot: tests },
      { path: '^(backend|web|scripts|contracts)/' },
    ),
    forbid(
      'scripts-are-imported-by-none',
      'They are commands.',
      { path: '^(domain|contracts|backend|simulators|web/src)/' },
      { path: '^scripts/' },
    ),
    forbid(
      'contracts-show-only-abi',
      'Sources, deployment and tests of the contracts are their own affair.',
      { path: '^(web|backend|simulators)/', pathNot: tests },
      { path: '^contracts/(?!abi/)' },
    ),
    forbid(
      'nouns-meet-in-main',
      'A noun of the backend never imports another: main.ts hands functions over.',
      { path: `^backend/src/(?!(?:${ground}|${wiring})/)([^/]+)/`, pathNot: tests },
      { path: `^backend/src/(?!(?:${ground})/)[^/]+/`, pathNot: '^backend/src/$1/' },
    ),
    forbid(
      'ground-does-not-know-nouns',
      'What nouns stand on knows none of them.',
      { path: `^backend/src/(?:${ground})/`, pathNot: tests },
      { path: `^backend/src/(?!(?:${ground})/)[^/]+/` },
    ),
    forbid(
      'main-is-the-top',
      'main.ts wires everything and hands settings over.',
      { path: '^backend/src/[^/]+/', pathNot: `^backend/src/(?:${wiring})/|${tests}` },
      { path: `^backend/src/(?:(?:main|service|config)\\.ts$|(?:${wiring})/)` },
    ),
    forbid(
      'database-knows-no-money',
      'Pools, migrations and columns only.',
      { path: '^backend/src/database/', pathNot: tests },
      { path: '^backend/src/(?!database/)' },
    ),
    forbid(
      'ledger-stands-on-database',
      'The ledger posts; it knows neither chain nor gateways nor HTTP.',
      { path: '^backend/src/ledger/', pathNot: tests },
      { path: '^backend/src/(?!(?:ledger|database)/)' },
    ),
    forbid(
      'prisma-stays-in-stores',
      'The ORM is a detail of the database folder and the stores.',
      { path: '^backend/src', pathNot: `^backend/src/database/|store\\.ts$|${tests}` },
      { path: 'node_modules/(@prisma|prisma)/|^backend/src/database/generated/' },
    ),
    forbid(
      'features-meet-in-routes',
      'A feature never imports another; what two need moves down, and a route composes them.',
      { path: '^web/src/features/([^/]+)/', pathNot: tests },
      { path: '^web/src/features/([^/]+)/', pathNot: '^web/src/features/$1/' },
    ),
    forbid(
      'features-do-not-know-app',
      'Routes know features.',
      { path: '^web/src/features/' },
      { path: '^web/src/app/' },
    ),
    forbid(
      'ui-only-draws',
      'Components know nothing of flows, keys or storage.',
      { path: '^web/src/ui/' },
      { path: '^web/src/(app|features|keyring|chain|storage)/' },
    ),
    forbid(
      'ground-of-web-knows-no-flow',
      'What features stand on knows none of them.',
      { path: '^web/src/(keyring|chain|storage|lib|i18n)/', pathNot: tests },
      { path: '^web/src/(app|features)/' },
    ),
    forbid(
      'payment-page-is-no-wallet',
      'The page for payers is small and holds no keys: it stands on what draws and what asks.',
      { path: '^web/src/payment-page/' },
      { path: '^web/src/(app|features|keyring|storage|lib/wallet)/' },
    ),
    forbid(
      'wallet-is-no-payment-page',
      'The two meet at an address only.',
      { path: '^web/src/(?!payment-page/)' },
      { path: '^web/src/payment-page/' },
    ),
    forbid(
      'only-keyring-touches-keys',
      'Secrets and the libraries that handle them live in one folder.',
      { path: '^web/src', pathNot: '^web/src/keyring/' },
      { path: 'node_modules/(@scure|@noble|bip39|ethers|hash-wasm)(/|$)' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(artifacts|cache|coverage)/|/dist/' },
    // Without it type-only imports go unseen.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
  },
};
