import { currentFields } from '../configuration/drift.ts';
import type { Aspect, Fields } from '../configuration/fields.ts';
import type { PreflightFacts, ServerFacts } from './preflight-facts.ts';
import {
  allLaunches,
  launchPhases,
  named,
  oneFinding,
  type Rule,
  type RuleFinding,
} from './rule.ts';

/** A server's configuration as it is now; undefined where nobody has looked at it. */
export function configurationOf(server: ServerFacts, aspect: Aspect): Fields | undefined {
  const { baseline, drift } = server;
  return baseline?.[aspect] === undefined ? undefined : currentFields(baseline, drift, aspect);
}

function rightSizes(server: ServerFacts): boolean {
  const launch = configurationOf(server, 'launch-configuration');
  return launch?.['targetInstanceTypeRightSizingMethod'] === 'BASIC';
}

/** The instance type that a launch would take: the service's choice where it right-sizes, else the launch template's. */
export function launchType(server: ServerFacts): string | undefined {
  const chosen = rightSizes(server) ? (server.recommendedType ?? undefined) : undefined;
  return chosen ?? configurationOf(server, 'launch-template')?.['instanceType'];
}

function surroundingsOf({ targets }: PreflightFacts, { target }: ServerFacts) {
  return targets[target]?.surroundings;
}

function subnetsOf(server: ServerFacts): readonly string[] | undefined {
  const template = configurationOf(server, 'launch-template');
  if (template?.['defaultVersion'] === undefined) return undefined;
  return (template['subnetIds'] ?? '').split(', ').filter((id) => id.startsWith('subnet-'));
}

/** The rules on the EC2 launch template and on what it names. */
export const launchTemplateRules: readonly Rule[] = [
  {
    id: 'launch-template-present',
    severity: 'blocking',
    phases: allLaunches,
    asks: 'Each server has its EC2 launch template.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter((server) => {
          const launch = configurationOf(server, 'launch-configuration');
          const template = configurationOf(server, 'launch-template');
          const isNamed = launch?.['ec2LaunchTemplateID'] !== undefined;
          return isNamed && template !== undefined && template['defaultVersion'] === undefined;
        }),
        (who) => `the EC2 launch template is gone: ${who}`,
        'save the launch settings in the console, which makes a launch template anew',
      ),
  },
  {
    id: 'launch-template-as-recorded',
    severity: 'blocking',
    phases: launchPhases,
    asks: 'The default version of each launch template is the one that it was when the wave began.',
    check: ({ servers }) =>
      servers.flatMap((server): readonly RuleFinding[] => {
        const drift = server.drift['launch-template'] ?? [];
        const template = configurationOf(server, 'launch-template');
        if (drift.length === 0 || template?.['defaultVersion'] === undefined) return [];
        const said = drift
          .slice(0, 4)
          .map(({ field, expected, actual }) => `${field} ${expected ?? '–'} → ${actual ?? '–'}`);
        return [
          {
            servers: [server.server],
            message: `the launch template of ${named([server])} has changed: ${said.join(', ')}`,
            remedy:
              'make the recorded version the default again, or turn the rule to warning where the change is meant',
          },
        ];
      }),
  },
  {
    id: 'subnet-set',
    severity: 'warning',
    phases: allLaunches,
    asks: 'Each launch template names a subnet; without one the launch needs a default VPC (VPCIdNotSpecified).',
    check: ({ servers }) =>
      oneFinding(
        servers.filter((server) => subnetsOf(server)?.length === 0),
        (who) => `the launch template names no subnet: ${who}`,
        'set the subnet in the launch template, and make that version the default',
      ),
  },
  {
    id: 'free-addresses',
    severity: 'blocking',
    phases: allLaunches,
    asks: 'Each subnet exists and has a free address for every server that is launched into it.',
    check: (facts) => {
      const wanted = new Map<string, ServerFacts[]>();
      for (const server of facts.servers) {
        for (const subnet of subnetsOf(server) ?? []) {
          const key = `${server.target} ${subnet}`;
          wanted.set(key, [...(wanted.get(key) ?? []), server]);
        }
      }
      return [...wanted].flatMap(([key, servers]): readonly RuleFinding[] => {
        const [target = '', subnet = ''] = key.split(' ');
        const free = facts.targets[target]?.surroundings?.subnets[subnet];
        if (free === undefined || (free !== null && free >= servers.length)) return [];
        return [
          {
            servers: servers.map(({ server }) => server),
            message:
              free === null
                ? `subnet ${subnet} in ${target} does not exist: ${named(servers)}`
                : `subnet ${subnet} in ${target} has ${free} free addresses for ${servers.length} servers: ${named(servers)}`,
            remedy: 'free addresses there, or name another subnet in the launch templates',
          },
        ];
      });
    },
  },
  {
    id: 'right-sizing',
    severity: 'warning',
    phases: allLaunches,
    asks: 'Where the service chooses the instance type (right-sizing BASIC), it chooses the one that the launch template names.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter((server) => {
          const own = configurationOf(server, 'launch-template')?.['instanceType'];
          const { recommendedType } = server;
          return (
            rightSizes(server) &&
            own !== undefined &&
            recommendedType !== null &&
            recommendedType !== own
          );
        }),
        (who) =>
          `right-sizing BASIC launches another instance type than the launch template names: ${who}`,
        'turn right-sizing off in the launch settings to keep the type of the template',
      ),
  },
  {
    id: 'instance-type-offered',
    severity: 'blocking',
    phases: allLaunches,
    asks: 'The Region offers the instance type of each launch.',
    check: (facts) =>
      oneFinding(
        facts.servers.filter((server) => {
          const type = launchType(server);
          return type !== undefined && surroundingsOf(facts, server)?.types[type] === null;
        }),
        (who) => `the Region does not offer the instance type of ${who}`,
        'choose a type in the launch template that the Region offers, and turn right-sizing off',
      ),
  },
];
