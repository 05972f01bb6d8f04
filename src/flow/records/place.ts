// Where each kind of document lies. ARCHITECTURE.md has the same as a table.
import type { Census } from '../../core/census.ts';
import type { Surroundings } from '../../core/configuration/surroundings.ts';
import type { AppliedSettings } from '../../core/desired/applied.ts';
import type { NetworkRecovery } from '../../core/phase/network-recovery.ts';
import type { GatedPhase } from '../../core/plan/gates.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { Place } from './documents.ts';
import type { ApprovalRecord, WaveCommand, WideCommand } from './order-records.ts';
import type { PlannedWave, PlanRecord, ScheduleRecord } from './plan-records.ts';
import type {
  BaselineRecord,
  LaunchLookRecord,
  RecoveryInstanceRecord,
  ServerRecord,
  UntoldSettings,
} from './server-records.ts';
import type { JobRecord, TargetRecord } from './target-records.ts';
import type {
  IntentRecord,
  LaunchEnd,
  LaunchRequest,
  OpenHooks,
  WaitRecord,
} from './wait-records.ts';
import type { WaveRecord, WaveServer } from './wave-records.ts';

const at = <T>(partition: string, sort: string): Place<T> => ({ partition, sort });

/** Where each kind of document lies. */
export const place = {
  target: (target: Target) => at<TargetRecord>(`target/${targetName(target)}`, 'target'),
  targetNamed: (name: string) => at<TargetRecord>(`target/${name}`, 'target'),
  surroundings: (target: Target) =>
    at<Surroundings>(`target/${targetName(target)}`, 'surroundings'),
  baseline: (target: Target, id: string) =>
    at<BaselineRecord>(`baselines/${targetName(target)}`, id),
  launchLook: (target: Target, id: string) =>
    at<LaunchLookRecord>(`launch-looks/${targetName(target)}`, id),
  /** What Landfall changed of a server's settings on demand, so that it can be put back. */
  settings: (target: Target, id: string) =>
    at<AppliedSettings>(`settings/${targetName(target)}`, id),
  untoldSettings: (target: Target, id: string, begunAt: string) =>
    at<UntoldSettings>(
      `untold-settings/${targetName(target)}`,
      begunAt === '' ? id : `${id}/${begunAt}`,
    ),
  server: (target: Target, id: string) => at<ServerRecord>(`servers/${targetName(target)}`, id),
  /** How the servers of a target stood when each was looked at last; in parts, by core/census.ts. */
  census: (target: Target, shard: string) => at<Census>(`census/${targetName(target)}`, shard),
  wait: (target: Target, key: string) => at<WaitRecord>(`waits/${targetName(target)}`, key),
  openHooks: (target: Target, key: string) => at<OpenHooks>(`hooks/${targetName(target)}`, key),
  request: (target: Target, id: string) => at<LaunchRequest>(`requests/${targetName(target)}`, id),
  launchEnd: (target: Target, id: string) => at<LaunchEnd>(`launch-ends/${targetName(target)}`, id),
  intent: (target: Target, id: string) => at<IntentRecord>(`intents/${targetName(target)}`, id),
  /** How far the source networks of a wave's servers are recovered. */
  networks: (target: Target, wave: string) =>
    at<NetworkRecovery>(`networks/${targetName(target)}`, wave),
  recoveryInstance: (target: Target, id: string) =>
    at<RecoveryInstanceRecord>(`recovery-instances/${targetName(target)}`, id),
  job: (target: Target, id: string) => at<JobRecord>(`jobs/${targetName(target)}`, id),
  wave: (wave: string) => at<WaveRecord>(`wave/${wave}`, 'wave'),
  command: (wave: string) => at<WaveCommand>(`wave/${wave}`, 'command'),
  planCommand: (plan: string) => at<WideCommand>(`plan/${plan}`, 'command'),
  // No plan may be called so.
  stageCommand: () => at<WideCommand>('plan/*', 'command'),
  waveServer: (wave: string, server: string) => at<WaveServer>(`wave/${wave}`, `server/${server}`),
  approval: (wave: string, phase: GatedPhase) => at<ApprovalRecord>(`approvals/${wave}`, phase),
  plan: (plan: string) => at<PlanRecord>('plans', plan),
  schedule: (plan: string) => at<ScheduleRecord>('schedules', plan),
  plannedWave: (plan: string, wave: string) => at<PlannedWave>(`plan/${plan}`, `wave/${wave}`),
};
