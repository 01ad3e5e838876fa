import { bundledFolders, manifest, type Package, packages } from './packages.ts';

/** Ask for nothing but their own text beside a copy. */
const permissive = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']);

/** Others, for packages by their names, and why they are no burden. */
const acknowledged = [
  {
    licence: 'MPL-2.0',
    names: /^lightningcss(-|$)/,
    reason:
      'asks for the source of its own files where they are handed on changed; they are not changed, and not handed on',
  },
] as const;

/** What each package of package.json is for. */
const purposes: Readonly<Record<string, string>> = {
  '@aws-sdk/client-cloudwatch': 'the functions put metrics',
  '@aws-sdk/client-dynamodb': 'the functions and the command line read and write the records',
  '@aws-sdk/client-sns': 'the functions tell people',
  '@aws-sdk/client-ssm': 'the functions run commands on hosts',
  '@biomejs/biome': 'format and lint',
  '@types/node': 'types of Node.js',
  'aws-cdk': 'the command line of the CDK: `cdk deploy`',
  'aws-cdk-lib': 'the constructs of the stack',
  'cdk-nag': 'rules that the stack is held against at synthesis',
  commander: 'the command line',
  constructs: 'the base of all constructs',
  croner: 'the local cloud reads schedules',
  dynalite: 'the local cloud has a DynamoDB',
  esbuild: 'bundles the functions at synthesis',
  'fast-check': 'tests with random cases',
  marked: 'the local console shows markdown, as CloudWatch does',
  picocolors: 'colours in a terminal',
  'playwright-core': 'tests of the local console in a browser',
  'temporal-polyfill': 'calendars and time zones, in the functions too',
  tsx: 'runs TypeScript without a build',
  typescript: 'checks the types',
  uplot: 'graphs of the local console',
  vitest: 'runs the tests',
  zod: 'reads input at synthesis and in the local cloud',
};

/** What is wrong with the licences, one sentence each. */
export function licenceProblems(all: readonly Package[] = packages, bundled = bundledFolders()): string[] {
  const strangers = Object.keys(manifest.devDependencies).filter((name) => !Object.hasOwn(purposes, name));
  return [
    ...strangers.map((name) => `${name}: what it is for is not said; write it into test/supply-chain/licences.ts.`),
    ...all.flatMap((each) => {
      const { name, version, license = 'no licence' } = each;
      if (isPermissive(license)) return [];
      if (!bundled.has(each.folder) && reasonFor(each)) return [];
      const where = bundled.has(each.folder) ? ', in a function' : '';
      return `${name}@${version} has ${license}${where}; expected one of ${[...permissive].join(', ')}. Take another package, or acknowledge it.`;
    }),
  ];
}

/** Of alternatives one is enough; of what holds together all are needed. */
function isPermissive(license: string): boolean {
  const bare = license.replaceAll(/[()]/g, '');
  return bare.split(' OR ').some((choice) => choice.split(' AND ').every((each) => permissive.has(each)));
}

function reasonFor({ name, license }: Package): string | undefined {
  return acknowledged.find(({ licence, names }) => licence === license && names.test(name))?.reason;
}

/** docs/licences.md. */
export function licencesDocument(): string {
  const bundled = bundledFolders();
  const isBundled = ({ folder }: Package) => bundled.has(folder);
  const direct = packages.filter(({ folder }) => Object.hasOwn(purposes, folder.replace('node_modules/', '')));
  const inFunctions = packages.filter(isBundled);
  return [
    '# Licences',
    '',
    'Every package that `npm ci` installs here or on another kind of machine, out of `package-lock.json`. This page is made by',
    '`UPDATE_DOCS=1 npx vitest run test/supply-chain/supply-chain.test.ts`, which fails where it is stale, and where a package',
    'has no licence, or one that asks for more than its own text beside a copy. More in [the supply chain](supply-chain.md).',
    '',
    '## In the functions that are deployed',
    '',
    ...table(['package', 'version', 'licence'], inFunctions.map(rowOf)),
    '',
    '## What package.json names, and what for',
    '',
    ...table(
      ['package', 'version', 'licence', 'what for'],
      direct.map((each) => [...rowOf(each), purposes[each.name] ?? '']),
    ),
    '',
    '## All others',
    '',
    'They are used at synthesis, by the command line, in the local cloud and in tests, and deployed nowhere.',
    '',
    ...table(
      ['package', 'version', 'licence', 'brought by'],
      packages
        .filter((each) => !isBundled(each) && !direct.includes(each))
        .map((each) => [...rowOf(each), each.broughtBy.join(', ')]),
    ),
    '',
    ...acknowledged.map(({ licence, reason }) => `${licence} ${reason}.`),
    '',
  ].join('\n');
}

function rowOf({ name, version, license = '' }: Package): string[] {
  return [name, version, license];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [...new Set(rows.map(line))].sort();
  return [line(head), line(head.map(() => '---')), ...lines];
}
