// A layer may use only what its line names.
const layers = {
  core: [],
  events: ['core'],
  workflows: ['core'],
  flow: ['core', 'workflows'],
  adapters: ['core', 'workflows', 'flow/ports'],
  handlers: ['core', 'workflows', 'flow'],
  simulator: [],
  trace: [],
  runtime: ['core', 'workflows', 'flow'],
  cli: ['core', 'workflows', 'flow', 'simulator', 'runtime', 'trace'],
};
const layerRules = Object.entries(layers).map(([name, uses]) => ({
  name: `${name}-uses-only-inner`,
  severity: 'error',
  comment: `src/${name} may import only: ${[name, ...uses].join(', ')}`,
  from: { path: `^src/${name}/`, pathNot: '/_wiring(-aws)?([.]ts$|/)' },
  to: { path: '^src/', pathNot: [`^src/${name}/`, ...uses.map((u) => `^src/${u}[./]`)] },
}));

// The story is told once, in order: a stage may read an earlier stage, never a later one.
export const stages = [
  'canonical-json',
  'failure',
  'time',
  'pause',
  'hold',
  'order',
  'window',
  'target',
  'target-list',
  'fleet',
  'plan',
  'forecast',
  'inventory',
  'observation',
  'configuration',
  'desired',
  'mgn-wave',
  'job',
  'census',
  'change',
  'outcome',
  'event',
  'drill-schedule',
  'condition',
  'admission',
  'phase',
  'moved-by-others',
  'gate',
  'hook',
  'preflight',
  'review',
  'operate',
  'remedy',
  'metric',
  'notify',
  'compliance',
  'evidence',
];
const stageRules = stages.slice(0, -1).map((stage, i) => ({
  name: `core-${stage}-never-looks-ahead`,
  severity: 'error',
  comment: `${stage} comes before: ${stages.slice(i + 1).join(', ')}`,
  from: { path: `^src/core/${stage}[./]` },
  to: { path: `^src/core/(${stages.slice(i + 1).join('|')})[./]` },
}));

export default {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'two files that need one another hide a third: take out what both need',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      severity: 'error',
      comment: 'nothing imports it and it imports nothing: delete it, or use it',
      from: { orphan: true, path: '^src/', pathNot: '^src/(handlers|cli)/' },
      to: {},
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'core may use zod and the time-zone library, nothing else; time, ids and config come in as data',
      from: { path: '^src/core/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg'],
        pathNot: 'node_modules/(@types/)?(zod|luxon)/',
      },
    },
    {
      name: 'inner-layers-reach-no-io',
      severity: 'error',
      comment: 'not even through another module',
      from: { path: '^src/(core|flow|workflows)/' },
      to: {
        path: '^(fs|fs/promises|net|http|https|dns|child_process|worker_threads|(node:)?sqlite)$|node_modules/@aws-sdk/',
        reachable: true,
      },
    },
    {
      name: 'only-wiring-picks-adapters',
      severity: 'error',
      comment: 'a part that picks its own adapter cannot be rehearsed with another',
      from: {
        path: '^src/(handlers|cli|simulator|runtime)/',
        pathNot: '/_wiring(-aws)?([.]ts$|/)',
      },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'aws-sdk-only-in-aws-adapters',
      severity: 'error',
      comment: 'say what you need in flow/ports.ts and implement it in src/adapters/aws',
      from: { path: '^src/', pathNot: '^src/adapters/aws/' },
      to: { path: 'node_modules/@aws-sdk/' },
    },
    {
      name: 'adapters-apart',
      severity: 'error',
      comment:
        'one adapter never leans on another; what both need stands beside them in src/adapters',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/[^/]+/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'middy-only-in-lambda-file',
      severity: 'error',
      comment: 'a handler is what lambda() of handlers/_lambda.ts returns',
      from: { path: '^src/', pathNot: '^src/handlers/_lambda[.]ts$' },
      to: { path: 'node_modules/@middy/' },
    },
    {
      name: 'src-never-imports-test',
      severity: 'error',
      comment: 'what runs in production is not a test fixture',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'src-needs-no-dev-dependency',
      severity: 'error',
      comment:
        'it is missing where only the dependencies are installed; types alone may come from there',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'trace-is-a-pure-judge',
      severity: 'error',
      comment: 'only src/trace/read-logs.ts touches files; the rules see data',
      from: { path: '^src/trace/', pathNot: '^src/trace/read-logs[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    ...layerRules,
    ...stageRules,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
