import { DetailType } from '../core/event/detail-type.ts';
import { wordsOf } from '../core/notify/words.ts';
import { spokenSpan } from '../core/time.ts';
import type { Told } from '../trace/trace.ts';
import { textOf } from '../trace/trace.ts';
import { longestReason, reasonsOf } from './chronicle.ts';
import { obstacleLines, settingsChanged, settingsLines } from './settings-words.ts';
import { clockTime } from './text-table.ts';
import { waitWords } from './wait-words.ts';

/** Says an event about a server or its wave as one sentence, with what explains it on further lines. */
export function eventWords({ type, detail, envelope }: Told): readonly string[] {
  const say = (key: string): string => value(detail[key]);
  const changed = (what: string) => [`${what}: ${say('previous')} → ${say('current')}`];
  switch (type) {
    case 'Source Server Discovered':
      // DRS has no life cycle.
      return [
        `seen for the first time${detail['current'] === null ? '' : `, life cycle ${say('current')}`}`,
      ];
    case 'Source Server Presence Change':
      return [
        detail['current'] === false
          ? 'the service no longer lists it'
          : 'the service lists it again',
      ];
    case 'Source Server Lifecycle State Change':
      return changed('life cycle');
    case 'Source Server Replication State Change':
      return changed('replication');
    case 'Source Server Replication Type Change':
      return changed('replication type');
    case 'Source Server Stalled Change': {
      const raw = textOf(detail, 'rawError');
      const line =
        detail['current'] === null ? 'no longer stalled' : `replication stalls: ${say('current')}`;
      return raw === undefined ? [line] : [line, `the service says: ${raw}`];
    }
    case 'Source Server Initiation Step Failed Change':
      return detail['current'] === null
        ? ['the failed initiation step is over']
        : [`initiation fails at ${say('current')}`];
    case 'Source Server Initial Sync Change':
      return [
        detail['current'] === 'done' ? 'the first full copy is done' : 'the first full copy runs',
      ];
    case 'Source Server ETA Slipped':
      return [
        `the end of the sync is now estimated at ${clockTime(say('current'))} instead of ${clockTime(say('previous'))}`,
      ];
    case 'Source Server Shipping Cycle Change':
      return [
        detail['current'] === null
          ? 'has no shipping cycle any more'
          : `a shipping cycle has finished, taken at ${clockTime(say('current'))}`,
      ];
    case 'Source Server Agent Stale Change':
      return [
        detail['current'] === true ? 'its agent is silent' : 'its agent is heard of, or not needed',
      ];
    case 'Source Server Free Period Change':
      return [`has used ${say('current')} % of its free period`];
    case 'Source Server Instance Health Change':
      return [
        detail['current'] === null
          ? 'nobody looks at its instance any more'
          : `EC2 finds its instance ${say('current')}`,
      ];
    case 'Source Server Post-Launch Actions Change':
      return changed('post-launch actions');
    case 'Source Server Launchable Change':
      return [detail['current'] === true ? 'becomes launchable' : 'is no longer launchable'];
    case 'Source Server Lag Band Change':
      return changed('lag');
    case 'Source Server Backlog Band Change':
      return changed('backlog');
    case 'Source Server First Snapshot Change':
      return [detail['current'] === true ? 'has its first snapshot' : 'has no snapshot any more'];
    case 'Source Server Launched Instance Change':
      return [
        detail['current'] === null
          ? `instance ${say('previous')} is gone`
          : `instance ${say('current')} is launched`,
      ];
    case 'Source Server First Boot Change':
      return changed('first boot');
    case 'Source Server Archived':
      return [detail['current'] === false ? 'is no longer archived' : 'is archived'];
    case 'Source Server Launch Result': {
      const reason = textOf(detail, 'reason');
      return [
        `${say('kind')} job ${say('jobId')} ends for it: ${say('launchStatus')}` +
          (detail['usedPreviousSnapshot'] === true ? ', from the previous snapshot' : ''),
        ...(reason === undefined ? [] : [`because: ${reason}`]),
      ];
    }
    case 'Source Server Out-of-Band Action': {
      const who = textOf(detail, 'caller', 'principal') ?? textOf(detail, 'caller', 'type');
      const error = textOf(detail, 'errorCode');
      const did = error === undefined ? 'called' : `tried (${error})`;
      return [`somebody else ${did} ${say('operation')} at ${say('calledAt')}: ${value(who)}`];
    }
    case 'Wave Server Held':
      return [
        `HELD until a person resumes it${because(detail)}`,
        `it ends as frozen where nobody does by ${say('expiresAt')}`,
      ];
    case 'Wave Server Resumed':
      return [detail['by'] === undefined ? 'resumed' : `resumed by ${say('by')}${because(detail)}`];
    case 'Wave Paused':
      return [`${aboutOf(detail)}paused by ${say('by')}${because(detail)}`];
    case 'Wave Order Given':
      return [`${aboutOf(detail)}${say('order')} ordered by ${say('by')}${because(detail)}`];
    case 'Wave Drill Yielded':
      return [`${say('recovery')} takes ${say('servers')} servers over from drill ${say('drill')}`];
    case 'Wave Approval Withdrawn':
      return [`${say('phase')} needs no approval any more`];
    case 'Wave Resumed':
      return [
        detail['by'] === undefined
          ? `resumed${because(detail)}`
          : `${aboutOf(detail)}resumed by ${say('by')}${because(detail)}`,
      ];
    case 'Wave Abort Requested':
      return [`aborted by ${say('by')}${because(detail)}`];
    case 'Wave Approval Requested':
      return [
        `${say('servers')} servers wait for the approval of ${say('phase')}, until ${say('deadlineAt')} at most`,
      ];
    case 'Wave Approval Given':
      return [`${say('phase')} is approved by ${say('by')}${because(detail)}`];
    case 'Wave Approval Denied':
    case 'Wave Approval Expired':
      return [`nobody may enter ${say('phase')}${because(detail)}`];
    case 'Wave Window Awaited':
      return [
        `${say('phase')} waits for its window, which opens at ${say('opensAt')}${because(detail)}`,
      ];
    case 'Wave Window Opened':
      return [
        `${say('phase')} may launch from ${say('opensAt')} ${detail['closesAt'] === null ? 'on' : `until ${say('closesAt')}`}`,
      ];
    case 'Wave Window Closed':
      return [
        detail['opensAt'] === null
          ? `nobody may enter ${say('phase')}${because(detail)}`
          : `the window of ${say('phase')} has closed${because(detail)}`,
      ];
    case 'Wave Soak Started':
      return [`${say('servers')} servers soak until ${say('until')}`];
    case 'Wave Server Soak Ended':
      return [
        detail['ended'] === 'soaked'
          ? `has soaked since ${say('since')}: instance ${say('instanceId')} stayed healthy`
          : `its soak has failed${because(detail)}`,
      ];
    case 'Wave Server Healthy':
      return [`the ${say('kind')} instance ${say('instanceId')} is healthy`];
    case 'Wave Server Recovered':
      return [
        `the ${say('kind')} instance ${say('instanceId')} is well, with data of ${say('pointInTimeAt')}`,
      ];
    case 'Wave Server Retirement Step':
      return [retirementWords(detail)];
    case 'Wave Server Extended':
      return [`extended into account ${say('extensionAccountId')} as ${say('extensionId')}`];
    case 'Wave Server Failback Step':
      return [failbackWords(detail)];
    case 'Wave Server Recovery Chosen':
      return recoveryChosen(detail);
    case 'Wave Server Recovery Measured':
      return [
        `${say('kind')} measured: RPO ${say('rpoSeconds')} s of ${say('rpoObjectiveSeconds')} s ${say('rpo')}, RTO ${say('rtoSeconds')} s of ${say('rtoObjectiveSeconds')} s ${say('rto')}`,
      ];
    case 'Wave Server Signed Off':
      return [`signed off for finalize by ${say('by')}: instance ${say('instanceId')}`];
    case 'Wave Server Wait Ended':
      return waitEnded(detail);
    case 'Wave Server Hook Run':
      return hook(detail);
    case 'Wave Server Phase Ended':
      return phaseEnded(detail);
    case 'Wave Server Outcome': {
      const code = textOf(detail, 'code');
      return [
        `OUTCOME ${say('outcome')}${code === undefined ? '' : `, ${code}`}: ${say('reason')}`,
        ...(code === undefined
          ? []
          : [`meaning and remedy: docs/failures.md#${code.toLowerCase()}`]),
        ...shownBy(detail),
      ];
    }
    case 'Source Server Settings Applied':
    case 'Source Server Settings Restored':
      return settingsChanged(type, detail);
    case 'Wave Server Settings Compared':
      return [
        ...(detail['differences'] === 0
          ? []
          : [`${say('differences')} settings are to be set before ${say('phase')}`]),
        ...settingsLines(detail),
        ...obstacleLines(detail),
      ];
    case 'Wave Server Reopened':
      return [
        `goes on by a ${say('order')} that ${say('by')} ordered${because(detail)}; it had ended as ${say('outcome')}`,
      ];
    case 'Wave Server Order Lapsed':
      return [`the ${say('order')} that ${say('by')} ordered cannot be done: ${say('because')}`];
    default:
      return [known.has(type) ? noticeOf(envelope) : `${type} ${membersOf(detail)}`.trim()];
  }
}

const known: ReadonlySet<string> = new Set(Object.values(DetailType));

/** As channels tell it. */
function noticeOf(envelope: Told['envelope']): string {
  const { what, more } = wordsOf(envelope);
  return more === undefined ? what : `${what}: ${more}`;
}

/** What of a wave an order is about; nothing where it is the wave as a whole. */
function aboutOf(detail: Told['detail']): string {
  const ids: unknown = detail['serverIds'];
  switch (detail['scope']) {
    case 'stage':
      return 'everything: ';
    case 'plan':
      return 'the whole plan: ';
    case 'tier':
      return `tier ${value(detail['tier'])}: `;
    case 'servers':
      return `${Array.isArray(ids) ? ids.join(', ') : value(detail['servers'])}: `;
    default:
      return '';
  }
}

/** What shows an outcome, and what to do next. */
function shownBy(detail: Told['detail']): readonly string[] {
  const job = textOf(detail, 'evidence', 'jobId');
  const instance = textOf(detail, 'evidence', 'instanceId');
  const lifecycle = textOf(detail, 'evidence', 'seen', 'lifecycle');
  const next = textOf(detail, 'nextAction');
  const shown = [
    ...(job === undefined ? [] : [`job ${job}`]),
    ...(instance === undefined ? [] : [`instance ${instance}`]),
    ...(lifecycle === undefined ? [] : [`last seen ${lifecycle}`]),
  ];
  return [
    ...(shown.length === 0 ? [] : [`shown by: ${shown.join(', ')}`]),
    ...(next === undefined || next === 'nothing' ? [] : [`next: ${next}`]),
  ];
}

function because(detail: Told['detail']): string {
  const reason = textOf(detail, 'reason');
  return reason === undefined || reason === '' ? '' : `: ${reason}`;
}

function recoveryChosen(detail: Told['detail']): readonly string[] {
  const list = (key: string): readonly unknown[] => {
    const found: unknown = detail[key];
    return Array.isArray(found) ? found : [];
  };
  const snapshot = textOf(detail, 'snapshotId');
  const point =
    snapshot === undefined
      ? 'its latest recovery point'
      : `${snapshot} of ${value(detail['pointInTimeAt'])}`;
  const replaced = list('replaces').flatMap((one) => textOf(one, 'instanceId') ?? []);
  const warnings = list('warnings').map(value);
  return [
    `is being recovered from ${point}, try ${value(detail['attempt'])}`,
    ...(warnings.length === 0 ? [] : [`accepted in a disaster: ${warnings.join(', ')}`]),
    ...(replaced.length === 0 ? [] : [`DRS takes away ${replaced.join(', ')}`]),
  ];
}

function waitEnded(detail: Told['detail']): readonly string[] {
  const seconds = typeof detail['waitedSeconds'] === 'number' ? detail['waitedSeconds'] : 0;
  const ends: Readonly<Record<string, string>> = {
    failed: ', in vain',
    expired: ', until its deadline passed',
  };
  const ended = ends[value(detail['ended'])] ?? '';
  const reasons = reasonsOf(detail);
  const longest = longestReason(reasons, detail.observedAt);
  return [
    `waited ${spokenSpan(seconds)} ${waitWords(value(detail['wait']))}${ended}`,
    ...reasons.map(
      ({ since, reason }) =>
        `from ${clockTime(since)}: ${reason}${reasons.length > 2 && reason === longest ? ' (longest)' : ''}`,
    ),
  ];
}

function hook(detail: Told['detail']): readonly string[] {
  const what = `hook ${value(detail['point'])} ${value(detail['hook'])}`;
  const nth = detail['try'];
  const again = typeof nth === 'number' && nth > 1 ? ` (try ${nth})` : '';
  const { durationSeconds: took, evidence } = detail;
  if (detail['status'] === 'started') return [`${what}${again} begins, a ${value(detail['kind'])}`];
  const after = typeof took === 'number' ? ` after ${spokenSpan(took)}` : '';
  const shown = evidence === undefined ? [] : [`shown by: ${value(evidence)}`];
  if (detail['status'] === 'succeeded') return [`${what}${again} succeeds${after}`, ...shown];
  if (detail['status'] === 'skipped') return [`${what} is not called${because(detail)}`];
  const goesOn = detail['onFailure'] === 'continue' ? ['the plan goes on all the same'] : [];
  return [`${what}${again} FAILS${after}${because(detail)}`, ...shown, ...goesOn];
}

function phaseEnded(detail: Told['detail']): readonly string[] {
  const code = textOf(detail, 'code') ?? textOf(detail, 'failure', 'code');
  const message = textOf(detail, 'reason') ?? textOf(detail, 'failure', 'message');
  const attempt =
    typeof detail['attempt'] === 'number' && detail['attempt'] > 1
      ? ` (attempt ${detail['attempt']})`
      : '';
  const why = [code, message].filter((part) => part !== undefined).join(': ');
  return [
    `PHASE ${value(detail['phase'])}${attempt} ${value(detail['status'])}${why === '' ? '' : `: ${why}`}`,
  ];
}

// What every event carries, and what the heading of an explanation says already.
const inHeading = new Set(
  'accountId region sourceServerId arn tags hostname wave plan schemaVersion eventId stream sequence observedAt'.split(
    ' ',
  ),
);

function membersOf(detail: Told['detail']): string {
  return Object.entries(detail)
    .filter(([key]) => !inHeading.has(key))
    .map(([key, member]) => `${key} ${value(member)}`)
    .join(', ');
}

function value(member: unknown): string {
  if (member === null || member === undefined) return 'none';
  return typeof member === 'object' ? JSON.stringify(member) : String(member);
}

function failbackWords({ step, instanceId, reversedArn, left }: Told['detail']): string {
  const to = typeof reversedArn === 'string' ? `, by ${reversedArn}` : '';
  const what = Array.isArray(left) && left.length > 0 ? `; left: ${left.join(', ')}` : '';
  return `failback ${value(step)}: from instance ${value(instanceId)}${to}${what}`;
}

function retirementWords({ step, graceUntil, left, notLookedAt }: Told['detail']): string {
  const list = (told: unknown) => (Array.isArray(told) ? told.map(String) : []);
  switch (step) {
    case 'stopped':
      return `no longer replicates, and its recovery points are gone; its grace lasts until ${String(graceUntil)}`;
    case 'disconnected':
      return 'disconnected: there is no way back';
    default: {
      const found = list(left);
      return `${found.length === 0 ? 'nothing of it is left in DRS' : `left: ${found.join(', ')}`}; not looked at: ${list(notLookedAt).join(', ')}`;
    }
  }
}
