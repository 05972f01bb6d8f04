// In: servers of a wave of which its plan has the wave apply what it wants. Out: of each, how it is looked at beside that, and how
// it is set so, by the service that it is of. Called by the step that a wave takes before its first launch.
import type { SettingChange } from '../../core/desired/setting.ts';
import type { ServerWanted } from '../../core/plan/launch-configuration/wanted.ts';
import type { Refusal } from '../ports.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { applySettingsAt, type SettingsOrder, type SettingsResult } from './apply-settings.ts';
import { askForMoments, compareServer } from './compare-settings.ts';
import { applyDrsServer, type DrsEnd } from './drs/apply-drs-server.ts';
import { askForDrsMoments } from './drs/compare-drs-servers.ts';
import type { DrsServersPorts } from './drs/drs-settings-ports.ts';
import { endSettings } from './end-settings.ts';
import type { SettingsPorts } from './settings-ports.ts';

/** What the settings of servers of both services are set by. */
export type ServersPorts = SettingsPorts & DrsServersPorts;

/** What is to be set of a server, and what keeps it from being set; or why it could not be looked at. */
export type Look =
  | {
      readonly is: 'seen';
      readonly changes: readonly SettingChange[];
      readonly obstacles: readonly string[];
    }
  | { readonly is: 'unread'; readonly refusal: Refusal };

/** What came of setting a server. */
export type Came = Pick<SettingsResult, 'status' | 'because' | 'refusal'>;

/** A server that its wave is to set. */
export interface ServerToSet {
  readonly wave: string;
  readonly server: string;
  readonly look: () => Promise<Look>;
  readonly set: (order: SettingsOrder) => Promise<Came>;
}

type Member = Pick<WaveServer, 'server' | 'hostname' | 'wave' | 'plan' | 'target' | 'settings'>;

/** Answers how each server is looked at and set; where they stand is asked for once for all of them. */
export async function serversOfWave(
  ports: ServersPorts,
  members: readonly Member[],
): Promise<readonly ServerToSet[]> {
  const ofMgn = members.filter(({ target }) => target.service === 'mgn');
  const momentOf = await askForMoments(ports, ofMgn);
  const wanted = members.flatMap((member) => wantedOf(member) ?? []);
  let asking: ReturnType<typeof askForDrsMoments> | undefined;
  const compareDrs = async (one: ServerWanted) => {
    asking ??= askForDrsMoments(ports, wanted);
    return (await asking)(one);
  };
  return members.flatMap((member): readonly ServerToSet[] => {
    const { wave, server, settings } = member;
    const own = wantedOf(member);
    if (own !== undefined) {
      return [
        {
          ...{ wave, server },
          look: async () => lookOf(await compareDrs(own)),
          set: (order) => setDrs(ports, order, member, own),
        },
      ];
    }
    const { desired } = settings;
    if (desired === undefined || member.target.service !== 'mgn') return [];
    const asked = { ...member, desired };
    return [
      {
        ...{ wave, server },
        look: async () => lookOf(await compareServer(ports, asked, momentOf(asked))),
        set: (order) => applySettingsAt(ports, order, asked, momentOf(asked)),
      },
    ];
  });
}

function wantedOf({ settings, target, server, hostname }: Member): ServerWanted | undefined {
  const { launchWith } = settings;
  return launchWith === undefined ? undefined : { ...launchWith.wanted, target, server, hostname };
}

/** What Landfall changes of a server of DRS is on record under the name of its launch configuration: by that it is put back. */
async function setDrs(
  ports: ServersPorts,
  order: SettingsOrder,
  { plan, wave, settings }: Member,
  wanted: ServerWanted,
): Promise<Came> {
  const end: DrsEnd = ({ target, server }, how) =>
    endSettings({ ports, target, server, toldFor: { plan, wave } }, how);
  const name = settings.launchWith?.configuration ?? plan;
  return applyDrsServer(ports, { ...order, plan: name }, wanted, end);
}

type Compared =
  | {
      readonly is: 'compared';
      readonly comparison: {
        readonly changes: readonly SettingChange[];
        readonly obstacles: readonly string[];
      };
    }
  | { readonly is: 'closed'; readonly because: string }
  | { readonly is: 'unread'; readonly refusal: Refusal };

function lookOf(compared: Compared): Look {
  if (compared.is === 'unread') return compared;
  if (compared.is === 'closed') return { is: 'seen', changes: [], obstacles: [compared.because] };
  const { changes, obstacles } = compared.comparison;
  return { is: 'seen', changes, obstacles };
}
