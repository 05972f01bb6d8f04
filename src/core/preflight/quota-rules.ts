import { isStandardType } from '../configuration/surroundings.ts';
import { launchType } from './launch-template-rules.ts';
import type { PreflightFacts, ServerFacts, TargetFacts } from './preflight-facts.ts';
import { allLaunches, launchPhases, type Rule, type RuleFinding } from './rule.ts';

/** The servers of each target with what is known of it. */
function byTarget({ servers, targets }: PreflightFacts): readonly {
  name: string;
  target: TargetFacts;
  servers: readonly ServerFacts[];
}[] {
  return Object.keys(targets)
    .sort()
    .flatMap((name) => {
      const target = targets[name];
      const own = servers.filter((server) => server.target === name);
      return target === undefined || own.length === 0 ? [] : [{ name, target, servers: own }];
    });
}

const migrateMore = 'archive servers that are done, or raise quota L-9A599620';
const protectMore =
  'retire servers that nobody needs to recover, raise quota L-C1D14A2B, or add a staging account';

/** The rules on the room that an account has. */
export const quotaRules: readonly Rule[] = [
  {
    id: 'job-headroom',
    severity: 'warning',
    phases: allLaunches,
    asks: 'The account has room for another job and for the servers in it, whoever started what runs.',
    check: (facts) =>
      byTarget(facts).flatMap(({ name, target, servers }): readonly RuleFinding[] => {
        const { openJobs = 0, serversInJobs = 0, quotas } = target;
        const full = openJobs >= quotas.jobs || serversInJobs >= quotas.serversInJobs;
        if (!full) return [];
        return [
          {
            servers: [],
            message: `${name} runs ${openJobs} of ${quotas.jobs} jobs with ${serversInJobs} of ${quotas.serversInJobs} servers: ${servers.length} servers wait for room`,
            remedy: 'wait for the jobs to end, or ask who started them',
          },
        ];
      }),
  },
  {
    id: 'active-servers',
    severity: 'warning',
    phases: ['replicate', 'protect'],
    asks: 'The account has an active slot for each server that begins to replicate.',
    check: (facts) =>
      byTarget(facts).flatMap(({ name, target, servers }): readonly RuleFinding[] => {
        const needed = servers.filter(({ needsSlot }) => needsSlot).length;
        const { activeServers, quotas } = target;
        if (activeServers === null || needed <= quotas.activeServers - activeServers) return [];
        return [
          {
            servers: [],
            message: `${needed} servers need an active slot in ${name}, ${activeServers} of ${quotas.activeServers} are taken`,
            remedy: facts.phase === 'protect' ? protectMore : migrateMore,
          },
        ];
      }),
  },
  {
    id: 'vcpu-quota',
    severity: 'blocking',
    phases: allLaunches,
    asks: 'The account’s quota on running Standard instances (L-1216C47A) leaves the vCPUs that the launches take.',
    check: (facts) =>
      byTarget(facts).flatMap(({ name, target, servers }): readonly RuleFinding[] => {
        const { vcpus, types = {}, testInstances = [] } = target.surroundings ?? {};
        if (vcpus === undefined || vcpus.quota === null) return [];
        // An instance of an earlier launch is deleted in the course of the next one, and is counted already.
        const wanted = servers
          .filter(({ facts: { instanceId } }) => instanceId === null || instanceId === undefined)
          .reduce((sum, server) => {
            const type = launchType(server);
            return sum + (type !== undefined && isStandardType(type) ? (types[type] ?? 0) : 0);
          }, 0);
        const free = vcpus.quota - vcpus.used;
        if (wanted === 0 || wanted <= free) return [];
        const left =
          testInstances.length === 0
            ? ''
            : `; ${testInstances.length} instances of tests or drills still run (${testInstances.slice(0, 5).join(', ')})`;
        return [
          {
            servers: servers.map(({ server }) => server),
            message: `the launches take ${wanted} vCPUs in ${name}, ${Math.max(0, free)} of ${vcpus.quota} are free${left}`,
            remedy:
              testInstances.length === 0
                ? 'terminate what nobody needs, or raise quota L-1216C47A'
                : 'terminate the instances of tests and drills that nobody needs any more, or raise quota L-1216C47A',
          },
        ];
      }),
  },
  {
    id: 'test-instances-left',
    severity: 'warning',
    phases: launchPhases,
    asks: 'No test instance runs on after its test: it holds vCPUs and costs money.',
    check: (facts) =>
      byTarget(facts).flatMap(({ name, target, servers }): readonly RuleFinding[] => {
        const own = new Set(servers.map(({ server }) => server));
        const left = (target.surroundings?.testInstances ?? []).filter((id) => !own.has(id));
        if (left.length === 0) return [];
        return [
          {
            servers: left,
            message: `${left.length} servers of ${name} are past their test, and their test instances still run: ${left.slice(0, 5).join(', ')}`,
            remedy:
              'terminate them in MGN: Test and cutover, Revert or Terminate launched instances',
          },
        ];
      }),
  },
  {
    id: 'drill-instances-left',
    severity: 'warning',
    phases: ['drill', 'recover'],
    asks: 'No drill instance runs on that Landfall did not launch, or that is older than drill instances may become: it holds vCPUs and costs money.',
    check: (facts) =>
      byTarget(facts).flatMap(({ name, target }): readonly RuleFinding[] => {
        const left = target.surroundings?.testInstances ?? [];
        if (left.length === 0) return [];
        return [
          {
            servers: left,
            message: `drill instances of ${left.length} servers of ${name} still run: ${left.slice(0, 5).join(', ')}`,
            remedy:
              'terminate them in DRS: Recovery instances, Terminate recovery instances; no drill is over before that',
          },
        ];
      }),
  },
];
