// Has cfn-lint judge the compiled template and those of deploy/. Installs the pinned cfn-lint from PyPI into an
// environment of its own unless it is there; `npm run package` must have run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageTemplate } from './package-template.ts';

const version = '1.51.0';
const root = join(import.meta.dirname, '..');
const home = join(root, 'node_modules/.cache', `cfn-lint-${version}`);
const python = join(home, 'bin/python');
const compiled = join(root, '.serverless/cloudformation-template-update-stack.json');
const own = mkdtempSync(join(tmpdir(), 'landfall-lint-'));

/** What is not ours to mend, each with its reason. At most three. */
const ignored = {
  // The framework writes DependsOn beside each reference to a role; redundant, and harmless.
  W3005: 'a dependency that a reference implies already',
};

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', timeout: 300_000 });
}

function isThere() {
  const wanted = `import importlib.metadata as m; assert m.version('cfn-lint') == '${version}'`;
  return existsSync(python) && run(python, ['-c', wanted]).status === 0;
}

function install() {
  rmSync(home, { recursive: true, force: true });
  const patience = ['--retries', '2', '--timeout', '15'];
  const quietly = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...patience];
  const steps = [
    ['python3', ['-m', 'venv', home]],
    [python, [...quietly, `cfn-lint==${version}`]],
  ];
  for (const [command, args] of steps) {
    const { status, stderr } = run(command, args);
    if (status === 0) continue;
    rmSync(home, { recursive: true, force: true });
    console.error(stderr);
    console.error(`cfn-lint ${version} cannot be installed: it needs python3 with venv, and PyPI.`);
    process.exit(2);
  }
}

if (!existsSync(compiled)) {
  console.error(`${compiled} is not there; run: npm run package`);
  process.exit(2);
}
// Packaged in a copy: the framework empties .serverless before it packages another stack.
const eventSchemas = join(own, 'event-schemas.json');
await packageTemplate({ config: 'serverless.event-schemas.yml', keepIn: eventSchemas });
if (!isThere()) install();
const templates = [
  compiled,
  eventSchemas,
  join(root, 'deploy/member-role.template.yaml'),
  join(root, 'deploy/operator-roles.template.yaml'),
];
const regions = ['us-east-1', 'eu-central-1'];
const { status, stdout, stderr } = run(join(home, 'bin/cfn-lint'), [
  ...['--ignore-checks', ...Object.keys(ignored)],
  ...['--regions', ...regions, '--template', ...templates],
]);
rmSync(own, { recursive: true });
process.stdout.write(stdout);
process.stderr.write(stderr);
if (status === 0)
  console.log(`cfn-lint ${version} finds nothing in ${templates.length} templates.`);
process.exit(status === 0 ? 0 : 1);
