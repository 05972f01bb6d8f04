// In: recorded answers of a real account's MGN. Out: parameters of the simulator that would have given such answers,
// each with what it rests on, and those that the record cannot tell. Called by `landfall simulate --calibrate`.
import {
  type Bounded,
  firstBoots,
  hasLaunchSnapshot,
  jobEnds,
  jobStarts,
  launches,
  stepsOf,
} from './calibration/job-steps.ts';
import { periodsOf } from './calibration/periods.ts';
import { type Recorded, readRecorded } from './calibration/recorded.ts';
import { rangeOf, rounded, type Spread, spreadOf } from './calibration/spread.ts';
import type { TraceProblem } from './calibration/trace-line.ts';
import { changeRates, type Speeds, speedsOf } from './calibration/traffic.ts';
import { type Parameters, parametersWith } from './parameters.ts';

export type { TraceProblem } from './calibration/trace-line.ts';

/** A parameter that a record tells. */
export interface Proposal {
  readonly parameter: keyof Parameters;
  readonly value: number | readonly [number, number];
  /** What was observed. */
  readonly what: string;
  readonly unit: string;
  /** In the unit. */
  readonly spread: Spread;
  /** How far the figure may be trusted, where the numbers do not say. */
  readonly caution?: string;
}

/** A parameter that a record does not tell, and why. */
export interface Untold {
  readonly parameter: keyof Parameters;
  readonly reason: string;
}

/** What a record tells of the simulator's parameters. */
export interface Calibration {
  readonly answers: number;
  /** When the first and the last answer were recorded, in milliseconds after 1970. */
  readonly from: number;
  readonly to: number;
  readonly proposals: readonly Proposal[];
  readonly untold: readonly Untold[];
}

/** A calibration, or every line of the record that is wrong. */
export type Calibrated =
  | { readonly ok: true; readonly calibration: Calibration }
  | { readonly ok: false; readonly problems: readonly TraceProblem[] };

type Finding = Proposal | Untold;

/** Reads a record (JSON lines `{recordedAt, operation, answer}`) and proposes parameters. */
export function calibrate(text: string): Calibrated {
  const read = readRecorded(text);
  if (!read.ok) return read;
  const { recorded } = read;
  const findings = [...replicationFindings(recorded), ...jobFindings(recorded)];
  const { answers, from, to } = recorded;
  return {
    ok: true,
    calibration: {
      answers,
      from,
      to,
      proposals: findings.flatMap((one) => ('value' in one ? [one] : [])),
      untold: findings.flatMap((one) => ('value' in one ? [] : [one])),
    },
  };
}

/** Prints a calibration as a parameters file; what it rests on and what could not be told are comments. */
export function calibrationText({ answers, from, to, proposals, untold }: Calibration): string {
  const instant = (ms: number) => new Date(ms).toISOString();
  const head = `# Proposed from ${answers} recorded answers, ${instant(from)} to ${instant(to)}.`;
  const told = proposals.flatMap(({ parameter, value, what, unit, spread, caution }) => [
    '',
    `# ${what}: ${spread.observations} observed; least ${rounded(spread.least)}, median ${rounded(spread.median)}, most ${rounded(spread.most)} ${unit}.`,
    ...(caution === undefined ? [] : [`# ${caution}.`]),
    `${parameter}: ${typeof value === 'number' ? value : `[${value.join(', ')}]`}`,
  ]);
  const rest =
    untold.length === 0
      ? []
      : [
          '',
          '# Could not be told; the defaults stay:',
          ...untold.map(({ parameter, reason }) => `# - ${parameter}: ${reason}.`),
        ];
  // A file of nothing but comments holds no parameters at all, not even none.
  return `${[head, ...(proposals.length === 0 ? ['{}'] : told), ...rest].join('\n')}\n`;
}

const heldStates = ['STALLED', 'PAUSED', 'STOPPED', 'DISCONNECTED', ''];
const tooFarApart =
  'the polls are too far apart to see two of them follow each other, or too few; poll at least twice as often as it happens';

function replicationFindings(recorded: Recorded): readonly Finding[] {
  const { servers } = recorded;
  const isMoving = ({ state }: { readonly state: string }) => !heldStates.includes(state);
  const agentBased = servers.filter(({ sightings }) => sightings.at(-1)?.isAgentless === false);
  const agentless = servers.filter(({ sightings }) => sightings.at(-1)?.isAgentless === true);
  const heartbeats = servers.flatMap((server) => {
    const periods = periodsOf(server, {
      lastAt: (sighting) => sighting.lastSeenAt,
      isRegular: isMoving,
    });
    return spreadOf(periods)?.median ?? [];
  });
  const snapshots = agentBased.flatMap((server) =>
    periodsOf(server, {
      lastAt: (sighting) => sighting.lastSnapshotAt,
      isRegular: ({ state }) => state === 'CONTINUOUS',
      isDisturbed: ({ id }, after, until) => hasLaunchSnapshot(recorded, id, after, until),
    }),
  );
  // A snapshot shows when it has been shipped; while one is on its way, the last one shown says nothing of it.
  const cycles = agentless.flatMap((server) =>
    periodsOf(server, {
      lastAt: (sighting) => sighting.lastSnapshotAt,
      isRegular: ({ state }) => state === 'PENDING_SNAPSHOT_SHIPPING',
    }),
  );
  const refreshes = servers.flatMap((server) =>
    periodsOf(server, { lastAt: (sighting) => sighting.refreshedAt, isRegular: isMoving }),
  );
  const none = (seen: readonly unknown[], kind: string) =>
    seen.length === 0 ? `no ${kind} server was recorded` : tooFarApart;
  return [
    rangeFinding('heartbeatSeconds', heartbeats, {
      what: 'Time between two heartbeats (lastSeenByServiceDateTime), the median of each server',
      untold: none(servers, 'single'),
    }),
    middleFinding('agentSnapshotMinutes', snapshots, {
      what: 'Time between two snapshots of agent-based servers (lastSnapshotDateTime)',
      untold: none(agentBased, 'agent-based'),
      ...minutes,
    }),
    middleFinding('agentlessCycleMinutes', cycles, {
      what: 'Time between two shipped snapshots of agentless servers (lastSnapshotDateTime)',
      untold: none(agentless, 'agentless'),
      ...minutes,
    }),
    middleFinding('propertiesRefreshMinutes', refreshes, {
      what: 'Time between two refreshes of sourceProperties (lastUpdatedDateTime)',
      untold: none(servers, 'single'),
      ...minutes,
    }),
    ...speedFindings(speedsOf(recorded)),
    rangeFinding('changeRatePerDay', changeRates(recorded), {
      what: 'Fastest growth of the backlog during initial sync, of each server',
      untold: 'no server was polled twice while its backlog grew in INITIAL_SYNC',
      unit: 'of the disks a day',
      each: 1,
      caution: 'Writes that travelled at once are not in it: at least so much changes',
    }),
  ];
}

function speedFindings(speeds: Speeds | undefined): readonly Finding[] {
  const defaults = parametersWith();
  const one = (
    parameter: 'linkMbps' | 'serverThrottleMbps',
    most: number,
    how: { readonly what: string; readonly isReached: boolean; readonly doubt: string },
  ): Finding => {
    if (speeds === undefined) {
      return {
        parameter,
        reason: 'no server was polled twice in a row while its initial sync ran',
      };
    }
    const value = rounded(most);
    if (!how.isReached && value <= defaults[parameter]) {
      return { parameter, reason: `${how.doubt}; it is at least ${value}` };
    }
    return {
      parameter,
      value,
      what: how.what,
      unit: 'Mbit/s of disk data',
      spread: { observations: speeds.stretches, least: value, median: value, most: value },
      ...(how.isReached ? {} : { caution: `At least so much: ${how.doubt}` }),
    };
  };
  return [
    one('linkMbps', speeds?.together ?? 0, {
      what: 'Initial syncs of an account and Region together, over stretches with the same servers',
      isReached: speeds?.linkWasFull === true,
      doubt: 'servers were never slower for being many, so that nothing shows the link was full',
    }),
    one('serverThrottleMbps', speeds?.one ?? 0, {
      what: 'The fastest server in its initial sync, over stretches with the same servers',
      isReached: speeds?.serverWasHeld === true,
      doubt: 'the fastest server had the link as full as it was ever seen, so that nothing held it',
    }),
  ];
}

function jobFindings(recorded: Recorded): readonly Finding[] {
  const steps = (
    parameter: keyof Parameters,
    starts: readonly string[],
    ends: readonly string[],
  ): Finding =>
    rangeFinding(parameter, stepsOf(recorded, starts, ends), {
      what: `${starts[0]} to ${ends[0]}`,
      untold:
        recorded.logs.length === 0
          ? 'no job log was recorded'
          : `no recorded job log goes from ${starts[0]} to ${ends[0]} of a server`,
    });
  return [
    rangeFinding('jobStartSeconds', jobStarts(recorded), {
      what: 'Creation of a job to JOB_START',
      untold: 'no job was recorded with its log',
    }),
    steps('snapshotSeconds', ['SNAPSHOT_START'], ['SNAPSHOT_END', 'SNAPSHOT_FAIL']),
    steps(
      'preConversionSeconds',
      ['SNAPSHOT_END', 'USING_PREVIOUS_SNAPSHOT'],
      ['CONVERSION_START'],
    ),
    steps('conversionSeconds', ['CONVERSION_START'], ['CONVERSION_END', 'CONVERSION_FAIL']),
    boundedFinding('launchSeconds', launches(recorded), {
      what: 'LAUNCH_START until a poll shows the instance launched',
      untold: 'no launch was recorded with polls before and after its end and with its log',
    }),
    steps('cleanupSeconds', ['CLEANUP_START'], ['CLEANUP_END', 'CLEANUP_FAIL']),
    middleFinding('jobEndSeconds', jobEnds(recorded), {
      what: 'Last line of a server to JOB_END, of jobs whose log tells it (terminations, failures)',
      untold: 'no log of a job was recorded whose last line before JOB_END is the end of a server',
      unit: 's',
      fewest: 1,
    }),
    boundedFinding('firstBootSeconds', firstBoots(recorded), {
      what: 'Launch until a poll shows firstBoot SUCCEEDED',
      untold: 'no first boot was recorded with polls before and after launch and boot',
    }),
  ];
}

interface Told {
  readonly what: string;
  readonly untold: string;
  /** Seconds unless said otherwise. */
  readonly unit?: string;
  /** How much of an observation makes one unit. */
  readonly each?: number;
  readonly caution?: string;
  /** With fewer observations nothing is proposed; 3 unless said otherwise. */
  readonly fewest?: number;
}

const minutes = { unit: 'min', each: 60_000 };

function rangeFinding(
  parameter: keyof Parameters,
  observed: readonly number[],
  told: Told,
): Finding {
  const values = observed.map((value) => value / (told.each ?? 1000));
  return finding(parameter, values, rangeOf(values), told);
}

function middleFinding(
  parameter: keyof Parameters,
  observed: readonly number[],
  told: Told,
): Finding {
  const values = observed.map((value) => value / (told.each ?? 1000));
  const median = spreadOf(values)?.median;
  return finding(parameter, values, median === undefined ? undefined : rounded(median), told);
}

// Polls bound a duration on both sides; the middle is taken, as long as the bounds are nearer than the duration is long.
function boundedFinding(parameter: keyof Parameters, all: readonly Bounded[], told: Told): Finding {
  // Bounds that exclude each other come of answers that were not true when they were given.
  const observed = all.filter(({ least, most }) => least <= most);
  const width = spreadOf(observed.map(({ least, most }) => most - least))?.median ?? 0;
  const middles = observed.map(({ least, most }) => (least + most) / 2);
  const middle = spreadOf(middles)?.median ?? 0;
  const seconds = rounded(width / 1000);
  if (width > middle) {
    return {
      parameter,
      reason: `the polls leave ${seconds} s open, more than it takes; poll more often`,
    };
  }
  return rangeFinding(parameter, middles, {
    ...told,
    caution: `Polls leave ${seconds} s open at the median; the middle was taken`,
  });
}

function finding(
  parameter: keyof Parameters,
  values: readonly number[],
  value: Proposal['value'] | undefined,
  { what, untold, unit = 's', caution, fewest = 3 }: Told,
): Finding {
  const spread = spreadOf(values);
  if (value === undefined || spread === undefined) return { parameter, reason: untold };
  if (values.length < fewest) {
    const seen = values.map(rounded).join(' and ');
    return { parameter, reason: `too few were observed: ${seen} ${unit}` };
  }
  return {
    parameter,
    value,
    what,
    unit,
    spread,
    ...(caution === undefined ? {} : { caution }),
  };
}
