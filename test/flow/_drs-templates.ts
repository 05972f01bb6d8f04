// What tests of launch configurations of DRS begin with: files as a person writes them, and a target of DRS whose calls are counted
// and may be answered otherwise.
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { readLaunchConfigurationText } from '../../src/cli/drs/read-launch-configuration.ts';
import { resolveLaunchConfiguration } from '../../src/core/plan/launch-configuration/resolve-launch-configuration.ts';
import type { DrsSettingsApi, Ports } from '../../src/flow/ports.ts';
import { applyConfiguration } from '../../src/flow/settings/drs/apply-configuration.ts';
import { compareConfiguration } from '../../src/flow/settings/drs/compare-configuration.ts';
import type { DrsSettingsPorts } from '../../src/flow/settings/drs/drs-settings-ports.ts';
import { listMembers } from '../../src/flow/settings/drs/list-members.ts';
import { meanNothing } from '../../src/flow/settings/drs/mean-settings.ts';
import { inOrderOfRestoring, restoreDrs } from '../../src/flow/settings/drs/restore-drs.ts';
import { appliedIn, isToBePutBack } from '../../src/flow/settings/restore-settings.ts';
import { drsTarget } from './_recorder.ts';

export const order = {
  plan: 'baseline',
  by: 'arn:aws:sts::1:assumed-role/operator/ada',
  reason: 'CHG-1',
};
export const [join, scan] = [
  '8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f',
  '1b2c3d4e-0000-4c4f-9d0e-0a1b2c3d4e5f',
] as const;

/** A file of kind LaunchConfiguration with this spec. */
export const aFile = (spec: string | object) =>
  `apiVersion: landfall/v1\nkind: LaunchConfiguration\nmetadata: { name: baseline }\nspec: ${typeof spec === 'string' ? spec : JSON.stringify(spec)}\n`;

export const wholeSpec = {
  template: {
    copyTags: true,
    launchDisposition: 'STOPPED',
    targetInstanceTypeRightSizingMethod: 'NONE',
    licensing: { osByol: true },
    postLaunchEnabled: true,
    tags: { Owner: 'dr' },
  },
  launchActions: {
    [join]: { name: 'join', actionCode: 'AWS-RunShellScript', order: 1001 },
    [scan]: {
      name: 'scan',
      actionCode: 'AWS-RunShellScript',
      order: 1002,
      optional: true,
      parameters: { commands: { type: 'SSM_STORE', value: 'scan.sh' } },
    },
  },
  launchTemplate: { subnetId: 'subnet-00000001', httpTokens: 'required' },
  byServer: [
    {
      hostnames: ['host-2'],
      launchConfiguration: { copyTags: false },
      launchTemplate: { instanceType: 'm5.xlarge' },
      launchActions: { [scan]: 'none' },
    },
  ],
};

const writing = /^(initialize|create|update|delete|tag|untag|put|setDefault)/;

/** A target whose calls are counted, and may be answered otherwise. */
export function drsTemplates(
  real: DrsSettingsApi,
  clock: Ports['clock'],
  store: Ports['store'] = openSqliteStore(),
) {
  const force: Partial<{ -readonly [K in keyof DrsSettingsApi]: DrsSettingsApi[K] }> = {};
  const calls: string[] = [];
  const rests: number[] = [];
  const api: DrsSettingsApi = new Proxy(real, {
    get: (known, name) => {
      const call: unknown = Reflect.get(force, name) ?? Reflect.get(known, name);
      return (...asked: unknown[]) => {
        calls.push(String(name));
        return (call as (...all: unknown[]) => unknown)(...asked);
      };
    },
  });
  const ports: DrsSettingsPorts = {
    clock,
    store,
    drsSettingsOf: () => api,
    rest: async (seconds) => {
      rests.push(seconds);
    },
  };
  const wantedOf = async (spec: string | object, targets = [drsTarget]) => {
    const read = readLaunchConfigurationText(aFile(spec), 'launch.yaml');
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const listed = await listMembers({ ...ports, drsSettingsOf: () => real }, drsTarget);
    const servers = listed.ok ? listed.value : [];
    const resolution = resolveLaunchConfiguration(read.configuration, { targets, servers });
    if (!resolution.ok) throw new Error(JSON.stringify(resolution.problems));
    return resolution;
  };
  const plan = async (spec: string | object, withServers = true) => {
    const { templates, servers } = await wantedOf(spec);
    return compareConfiguration(ports, { templates, servers: withServers ? servers : [] });
  };
  const apply = async (
    spec: string | object,
    { servers = true, initialize = false }: { servers?: boolean; initialize?: boolean } = {},
  ) => {
    const compared = await plan(spec, servers);
    return applyConfiguration(ports, order, compared, { initialize }, () => undefined);
  };
  const restore = async (how: { force?: boolean; dryRun?: boolean } = {}) => {
    const records = (await appliedIn(ports, [drsTarget])).filter(isToBePutBack);
    const results = [];
    for (const one of inOrderOfRestoring(records)) {
      const result = await restoreDrs(
        ports,
        { ...order, force: false, dryRun: false, ...how },
        one,
      );
      results.push(result);
    }
    for (const { target, server } of results) {
      if (server !== null && how.dryRun !== true) await meanNothing(ports, target, server);
    }
    return results;
  };
  /** All that DRS and EC2 say of the template and these servers. */
  const state = async (servers: readonly string[]) => {
    const value = <T>(answer: { ok: true; value: T } | { ok: false; refusal: unknown }): T => {
      if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
      return answer.value;
    };
    const templates = value(await real.describeLaunchConfigurationTemplates());
    const own = [];
    for (const template of templates) {
      const id = String(template['launchConfigurationTemplateID']);
      own.push({ template, actions: value(await real.listLaunchActions(id)) });
    }
    const all = [];
    for (const server of servers) {
      const launch = value(await real.getLaunchConfiguration(server));
      const id = String(launch['ec2LaunchTemplateID']);
      all.push({
        launch,
        actions: value(await real.listLaunchActions(server)),
        template: value(await real.defaultTemplateVersion(id)),
      });
    }
    return { templates: own, servers: all };
  };
  return {
    ...{ ports, force, real, calls, rests, wantedOf, plan, apply, restore, state },
    /** The calls that changed something, since the last time that this was asked. */
    written: () => calls.splice(0).filter((name) => writing.test(name)),
    changesOf: (compared: Awaited<ReturnType<typeof plan>>) =>
      [...compared.templates, ...compared.servers].flatMap((one): readonly unknown[] =>
        one.is === 'compared' ? one.comparison.changes : [one.is],
      ),
  };
}
export type DrsTemplates = ReturnType<typeof drsTemplates>;
