import { type IntoInstance, intoInstanceTag } from '../configuration/surroundings.ts';
import { plusSeconds, secondsBetween } from '../time.ts';
import { configurationOf, launchType } from './launch-template-rules.ts';
import type { PreflightFacts, ServerFacts } from './preflight-facts.ts';
import { named, oneFinding, type Rule, type RuleFinding, recoveryLaunches } from './rule.ts';

const protectedToo: Rule['phases'] = ['protect', ...recoveryLaunches];

// A recovery point that goes within a day may be gone once approvals and windows have been waited for.
const soonSeconds = 86_400;

/** The rules on what only servers of DRS have. */
export const drsRules: readonly Rule[] = [
  {
    id: 'nitro-supported',
    severity: 'blocking',
    phases: protectedToo,
    asks: 'Each server that cannot run on the Nitro System (`supportsNitroInstances`) is launched as a type that is not of it.',
    check: (facts) =>
      oneFinding(
        facts.servers.filter((server) => {
          const type = launchType(server);
          const nitroTypes = facts.targets[server.target]?.surroundings?.nitroTypes ?? [];
          const cannot = server.drs?.look.supportsNitro === false;
          return cannot && type !== undefined && nitroTypes.includes(type);
        }),
        (who) => `cannot run on the Nitro System, but would be launched as a type of it: ${who}`,
        'choose a type like m4 in the launch template and turn right-sizing off, or install the NVMe and ENA drivers on the source',
      ),
  },
  {
    id: 'byol-tenancy',
    severity: 'blocking',
    phases: protectedToo,
    asks: 'Each Windows server that brings its own license (`licensing.osByol`) is launched on a dedicated host.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter((server) => {
          const launch = configurationOf(server, 'launch-configuration');
          const template = configurationOf(server, 'launch-template');
          const brings = server.drs?.look.isWindows === true && launch?.['licensing.osByol'];
          return brings === 'true' && template !== undefined && template['tenancy'] !== 'host';
        }),
        (who) =>
          `Windows with its own license, but no dedicated host in the launch template: ${who}`,
        'set tenancy host with a host or host resource group in the launch template, or turn osByol off',
      ),
  },
  {
    id: 'launch-into-instance',
    severity: 'blocking',
    phases: recoveryLaunches,
    asks: 'An instance that a server is launched into is stopped, carries the tag `AWSDRS=AllowLaunchingIntoThisInstance`, is of the same platform, an x86_64 HVM instance with an EBS root volume and nobody else’s, and neither tags nor the private address are copied.',
    check: checkIntoInstances,
  },
  {
    id: 'extension-healthy',
    severity: 'blocking',
    phases: protectedToo,
    asks: 'DRS reaches the staging account of each extended server (no `EXTENSION_ERROR`).',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(({ drs }) => drs?.facts.extension === 'EXTENSION_ERROR'),
        (who) => `DRS cannot reach the server in the staging account: ${who}`,
        'look at stagingArea.errorMessage: share the KMS key with this account, and check its trust in the staging account',
      ),
  },
  {
    id: 'launchable',
    severity: 'warning',
    phases: recoveryLaunches,
    asks: 'Each server can be launched as it stands: it replicates or did, has a recovery point, and its disks are known.',
    check: ({ servers }) => {
      const not = servers.filter(({ drs }) => drs?.facts.readiness?.state === 'not-ready');
      const reasons = new Set(not.flatMap(({ drs }) => drs?.facts.readiness?.reasons ?? []));
      return oneFinding(
        not,
        (who) => `cannot be launched (${[...reasons].sort().join(', ')}): ${who}`,
        'protect them first; as they stand they are skipped',
      );
    },
  },
  {
    id: 'recovery-point-kept',
    severity: 'warning',
    phases: ['recover'],
    asks: 'Recovery points from before the plan’s `pointInTime` are kept for another day at least.',
    check: ({ servers, now }) =>
      servers.flatMap((server): readonly RuleFinding[] => {
        const { pointBefore, look } = server.drs ?? {};
        const kept = look?.pointsKeptSeconds ?? null;
        if (now === undefined || pointBefore === undefined || kept === null) return [];
        const until = plusSeconds(pointBefore, kept);
        const left = secondsBetween(now, until);
        if (left > soonSeconds) return [];
        return [
          {
            servers: [server.server],
            message: `the recovery points of ${named([server])} from before ${pointBefore} ${left <= 0 ? 'went' : 'go'} at ${until}`,
            remedy:
              'begin at once, or name a later instant; DRS keeps no point for longer than its policy says',
          },
        ];
      }),
  },
  {
    id: 'drilled-before',
    severity: 'warning',
    phases: ['recover'],
    asks: 'A drill has launched each server before: only that proves that its caller’s rights, its launch template and its data are good.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(({ drs }) => {
          const standing = drs?.facts.drill;
          return standing !== undefined && standing !== null && standing.lastAt === null;
        }),
        (who) => `no drill has launched ${who}`,
        'drill every server once, and have one go first here (policy.canary: 1)',
      ),
  },
  {
    id: 'launch-template-proven',
    severity: 'warning',
    phases: ['recover'],
    asks: 'The EC2 launch template of each server is as it was when the server was launched from it last.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(
          ({ drs, drift }) => drs !== undefined && isDrifted(drift, 'launch-template'),
        ),
        (who) => `the launch template has changed since the last launch from it: ${who}`,
        'run a drill, or make the earlier version the default again; the drift event names the fields',
      ),
  },
  {
    id: 'settings-as-template',
    severity: 'warning',
    phases: protectedToo,
    asks: 'Each server has the launch settings, replication settings and launch actions of the account’s templates.',
    check: ({ servers }) =>
      oneFinding(
        servers.filter(
          ({ drs, drift }) =>
            drs !== undefined &&
            (isDrifted(drift, 'launch-configuration') ||
              isDrifted(drift, 'replication-configuration') ||
              isDrifted(drift, 'post-launch-actions')),
        ),
        (who) => `settings differ from the account’s templates: ${who}`,
        'see the difference with landfall drs template drift, and apply it or accept it',
      ),
  },
];

function isDrifted(drift: ServerFacts['drift'], aspect: keyof ServerFacts['drift']): boolean {
  return (drift[aspect] ?? []).length > 0;
}

function checkIntoInstances({ servers, targets }: PreflightFacts): readonly RuleFinding[] {
  return servers.flatMap((server): readonly RuleFinding[] => {
    const id = server.drs?.look.intoInstance ?? null;
    if (id === null) return [];
    const { intoInstances = {} } = targets[server.target]?.surroundings ?? {};
    const against = [
      ...(id in intoInstances ? againstInstance(intoInstances[id] ?? null, server) : []),
      ...againstSettings(server),
      ...(servers.some((other) => other !== server && other.drs?.look.intoInstance === id)
        ? ['another server is to be launched into it, too']
        : []),
    ];
    if (against.length === 0) return [];
    return [
      {
        servers: [server.server],
        message: `${named([server])} cannot be launched into ${id}: ${against.join(', ')}`,
        remedy: `mend it, or take launchIntoInstanceProperties out of the launch settings; the tag is ${intoInstanceTag.key}=${intoInstanceTag.value}`,
      },
    ];
  });
}

function againstInstance(instance: IntoInstance | null, server: ServerFacts): readonly string[] {
  if (instance === null) return ['there is no such instance'];
  const { state, isTagged, isWindows, architecture, virtualization, rootDevice } = instance;
  const platform = server.drs?.look.isWindows ?? null;
  const found: readonly (readonly [boolean, string])[] = [
    [state !== null && state !== 'stopped', `it is ${state ?? ''}, not stopped`],
    [!isTagged, 'it lacks the tag that allows it'],
    [platform !== null && platform !== isWindows, 'its platform is another'],
    [architecture !== null && architecture !== 'x86_64', `it is ${architecture ?? ''}, not x86_64`],
    [virtualization !== null && virtualization !== 'hvm', 'it is not HVM'],
    [rootDevice !== null && rootDevice !== 'ebs', 'its root volume is not of EBS'],
  ];
  return found.flatMap(([is, text]) => (is ? [text] : []));
}

function againstSettings(server: ServerFacts): readonly string[] {
  const launch = configurationOf(server, 'launch-configuration') ?? {};
  return ['copyTags', 'copyPrivateIp'].flatMap((field) =>
    launch[field] === 'true' ? [`${field} is on`] : [],
  );
}
