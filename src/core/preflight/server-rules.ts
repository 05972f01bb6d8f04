import { phaseNames } from '../plan/settings.ts';
import { oneFinding, type Rule } from './rule.ts';

const replicating: Rule['phases'] = ['replicate', 'test', 'cutover'];
// 90 days are free; what is told of them is told in percent (core/change/replication-course).
const nearlyUsedPercent = 90;

/** The rules on the servers themselves and on what replicates them. */
export const serverRules: readonly Rule[] = [
  {
    id: 'agent-heard',
    severity: 'blocking',
    // A drill waits for its servers to be ready by itself, and replication begins once an agent is back.
    severityBefore: { protect: 'warning', drill: 'warning' },
    phases: ['test', 'cutover', 'protect', 'drill', 'recover'],
    asks: 'The agent of each server has been heard of within 15 minutes.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(({ facts }) => facts.agentStale === true),
        (who) => `the agent has not been heard of for 15 minutes: ${who}`,
        'start the agent again, and look at its way to AWS on ports 443 and 1500',
      ),
  },
  {
    id: 'vcenter-client-heard',
    severity: 'blocking',
    phases: replicating,
    asks: 'The vCenter client of each agentless server has been heard of within 15 minutes.',
    check: ({ servers, targets }) =>
      oneFinding(
        servers.filter(
          ({ target, vcenterClientId }) =>
            vcenterClientId !== undefined && targets[target]?.clients[vcenterClientId] === 'silent',
        ),
        (who) => `the vCenter client is silent, so that nothing replicates: ${who}`,
        'start the appliance of the vCenter client, and check its way to AWS',
      ),
  },
  {
    id: 'free-period-ending',
    severity: 'warning',
    phases: replicating,
    asks: 'The 90 free days of each server are not nearly over.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(({ facts }) => (facts.freePeriodUsed ?? 0) >= nearlyUsedPercent),
        (who) => `nine tenths or more of the free period are used: ${who}`,
        'cut them over soon, or expect to pay for each hour from its end on',
      ),
  },
  {
    id: 'powered-off-or-template',
    severity: 'warning',
    phases: ['replicate'],
    asks: 'No server is tagged as powered off (`powerState`) or as a template (`template`): nothing replicates of these.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(({ tags }) => {
          const power = (tags['powerState'] ?? '').toLowerCase();
          return power === 'poweredoff' || (tags['template'] ?? '').toLowerCase() === 'true';
        }),
        (who) => `powered off or a template: ${who}`,
        'start them before the wave, or exclude them from it',
      ),
  },
  {
    id: 'server-in-two-waves',
    severity: 'blocking',
    phases: phaseNames,
    asks: 'No server is held by another wave that has not ended.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(({ otherWaves }) => otherWaves.length > 0),
        (who) =>
          `another wave holds ${who}: ${[...new Set(servers.flatMap((s) => s.otherWaves))].sort().join(', ')}`,
        'abort the other wave, or take the servers out of one of the two',
      ),
  },
  {
    id: 'dependency-in-later-wave',
    severity: 'warning',
    phases: ['replicate', 'test', 'cutover', 'protect', 'drill', 'recover'],
    asks: 'A wave depends on no wave that stands after it in the plan, and no application is split between waves that do not wait for one another.',
    check: ({ wave, plan }) => {
      const at = plan.findIndex(({ name }) => name === wave);
      const own = plan[at];
      if (own === undefined) return [];
      const later = own.dependsOn.filter((name) => plan.findIndex((one) => one.name === name) > at);
      const applications = new Set(own.servers.flatMap(({ application }) => application ?? []));
      const apart = plan.slice(at + 1).flatMap((other) => {
        if (other.dependsOn.includes(wave) || own.dependsOn.includes(other.name)) return [];
        return other.servers
          .filter(({ application }) => application !== undefined && applications.has(application))
          .map(({ application }) => `${application ?? ''} in ${other.name}`);
      });
      return [
        ...(later.length === 0
          ? []
          : [
              {
                servers: [],
                message: `${wave} depends on ${later.join(', ')}, which comes later in the plan`,
                remedy: 'put the waves into the order in which they run',
              },
            ]),
        ...(apart.length === 0
          ? []
          : [
              {
                servers: [],
                message: `applications of ${wave} are also moved by later waves: ${[...new Set(apart)].slice(0, 5).join(', ')}`,
                remedy: 'move the application whole, or name the wave under dependsOn of the other',
              },
            ]),
      ];
    },
  },
];
