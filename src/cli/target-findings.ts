// In: what was gathered of one target. Out: the doctor's findings on it: is it polled, reachable, within its quotas.

import { quotasOfService } from '../core/admission/quotas-of-service.ts';
import { isActive } from '../core/change.ts';
import { observeDrsServer } from '../core/observation/drs-server.ts';
import { observe } from '../core/observation.ts';
import { targetName } from '../core/target.ts';
import { type Instant, instantMs, secondsBetween, spokenSpan } from '../core/time.ts';
import type { TargetRecord } from '../flow/records/target-records.ts';
import { awsProblem } from './aws-problem.ts';
import type { TargetFacts } from './deploy-facts.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { clockTime, counted, spoken } from './text-table.ts';

/** Judges one target; the poller is called every so many minutes. */
export function targetFindings(
  facts: TargetFacts,
  now: Instant,
  pollMinutes: number,
): readonly Finding[] {
  const name = targetName(facts.target);
  return [
    tickFinding(name, facts, now, pollMinutes),
    serviceFinding(name, facts),
    ...clientFindings(name, facts, now),
    quotaFinding(name, facts, now),
  ];
}

// One missed call may be a cold start; three are a pattern.
const missedCalls = 3;

function tickFinding(
  name: string,
  { record }: TargetFacts,
  now: Instant,
  pollMinutes: number,
): Finding {
  if (!record.ok) {
    const { problem, remedy } = awsProblem('reading the store', record.refusal);
    return warn('last tick', name, `not checked: ${problem}`, remedy);
  }
  const known = record.value;
  if (known === undefined || known.tick === 0) {
    return warn(
      'last tick',
      name,
      'no tick has looked at it yet',
      `wait ${counted(pollMinutes, 'minute')}; if it stays, look at the log of the poller`,
    );
  }
  const overdue = secondsBetween(known.nextTickAt, now);
  if (overdue > missedCalls * pollMinutes * 60) {
    return fail(
      'last tick',
      name,
      `tick ${spoken(known.tick)} was the last; the next has been due for ${spokenSpan(overdue)}`,
      'look at the log, the schedule and the concurrency of the poller',
    );
  }
  const unreachable = known.unreachable ?? null;
  if (unreachable !== null) {
    const { since, kind, reason, remedy } = unreachable;
    return fail(
      'last tick',
      name,
      `unreachable since ${clockTime(since)}: ${kind}: ${reason}`,
      remedy,
    );
  }
  if (known.lastFailedTick === known.tick) {
    return warn(
      'last tick',
      name,
      `tick ${spoken(known.tick)} failed`,
      'the next one tries again; the log of the poller says what was refused',
    );
  }
  return ok('last tick', name, tickText(known));
}

function tickText({ tick, lastFailedTick, nextTickAt }: TargetRecord): string {
  const failed = lastFailedTick === 0 ? '' : `, the last that failed was ${spoken(lastFailedTick)}`;
  return `tick ${spoken(tick)}${failed}; the next is due at ${clockTime(nextTickAt)}`;
}

function serviceFinding(name: string, { target, servers, access }: TargetFacts): Finding {
  const service = target.service.toUpperCase();
  if (servers.ok) {
    const archived = servers.value.filter((server) => server['isArchived'] === true).length;
    const rest = archived === 0 ? '' : `, ${spoken(archived)} of them archived`;
    return ok(
      'service',
      name,
      `${service} answers: ${counted(servers.value.length, 'server')}${rest}`,
    );
  }
  const { refusal } = servers;
  const { problem, remedy } = awsProblem(`asking ${service} for its servers`, refusal);
  if (refusal.kind === 'uninitialized') return fail('service', name, problem, remedy);
  // The trust of a member role may leave people out; the poller's own ticks tell whether it can reach the target.
  if (access !== 'own' && refusal.kind === 'access-denied') {
    return warn(
      'service',
      name,
      `not checked: your credentials may not act in account ${name.split(':')[1] ?? ''}`,
      'nothing to do where the last tick is fresh: the poller assumes the role with its own',
    );
  }
  return refusal.kind === 'throttled' || refusal.kind === 'ambiguous'
    ? warn('service', name, problem, remedy)
    : fail('service', name, problem, remedy);
}

// The poller holds the servers of a client back that has been silent for longer.
const silenceSeconds = 900;

function clientFindings(
  name: string,
  { servers, vcenterClients }: TargetFacts,
  now: Instant,
): readonly Finding[] {
  const used = new Set(
    (servers.ok ? servers.value : [])
      .filter((server) => server['isArchived'] !== true)
      .flatMap((server) => server['vcenterClientID'] ?? [])
      .map(String),
  );
  if (used.size === 0) return [];
  if (!vcenterClients.ok) {
    const { problem, remedy } = awsProblem(
      'asking for the vCenter clients',
      vcenterClients.refusal,
    );
    return [warn('vCenter clients', name, `not checked: ${problem}`, remedy)];
  }
  const told = vcenterClients.answeredAt ?? now;
  const seenAt = new Map(
    vcenterClients.value.map((client) => [
      String(client['vcenterClientID']),
      String(client['lastSeenDatetime'] ?? ''),
    ]),
  );
  const silent = [...used].toSorted().flatMap((id): readonly Finding[] => {
    const seen = seenAt.get(id);
    if (seen === undefined) {
      return [
        warn(
          'vCenter clients',
          name,
          `${id} has servers, but MGN does not list it`,
          'install the vCenter client again, or disconnect its servers',
        ),
      ];
    }
    if (instantMs(seen) === undefined) return [];
    const silence = secondsBetween(seen, told);
    return silence <= silenceSeconds
      ? []
      : [
          fail(
            'vCenter clients',
            name,
            `${id} has been silent for ${spokenSpan(silence)}: its servers cannot begin to replicate`,
            'start the appliance of the vCenter client, and check its way to AWS',
          ),
        ];
  });
  return silent.length > 0
    ? silent
    : [ok('vCenter clients', name, `${counted(used.size, 'client')} alive`)];
}

const pressurePercent = 90;

function quotaFinding(name: string, facts: TargetFacts, now: Instant): Finding {
  const { quotas, servers, record, target } = facts;
  const stored = record.ok ? record.value?.quotaValues : undefined;
  const values = quotas.ok ? quotas.value : stored;
  const isDrs = target.service === 'drs';
  const limits = quotasOfService(target.service, values ?? {});
  const look = isDrs ? observeDrsServer : observe;
  const active = servers.ok
    ? servers.value.filter((document) => {
        const seen = look(document, {
          target,
          readAt: now,
          answeredAt: servers.answeredAt ?? now,
        });
        return seen !== undefined && isActive(seen);
      }).length
    : record.ok
      ? (record.value?.activeServers ?? undefined)
      : undefined;
  const room =
    active === undefined
      ? `${spoken(limits.activeServers)} servers may replicate at once`
      : `${spoken(active)} of ${spoken(limits.activeServers)} servers replicate`;
  const said = `${room}; ${spoken(limits.jobs)} jobs, ${spoken(limits.serversInJobs)} servers in jobs`;
  const share = active === undefined ? 0 : (active / limits.activeServers) * 100;
  if (share >= pressurePercent) {
    return warn(
      'quotas',
      name,
      said,
      isDrs
        ? 'more servers need a staging account of their own, or a higher quota: Service Quotas, L-C1D14A2B'
        : 'waves go on in cohorts as slots become free; more: Service Quotas, L-9A599620',
    );
  }
  if (!quotas.ok && Object.keys(stored ?? {}).length === 0) {
    const { problem } = awsProblem('asking for the quotas', quotas.refusal);
    return warn(
      'quotas',
      name,
      `not read (${problem}); the published values count: ${said}`,
      'allow servicequotas:ListServiceQuotas where the quotas were raised',
    );
  }
  return ok('quotas', name, said);
}
