// A report of two servers and one that nobody has drilled, small enough to try every byte of it.

import { buildReport, type Report } from '../../../src/cli/report/build-report.ts';
import { readSigningKey } from '../../../src/cli/report/signing.ts';
import { coursesOf, factsOf, firstToldOf } from '../../../src/cli/report/told-events.ts';
import type { EvidenceRecord } from '../../../src/core/evidence/chain.ts';
import { gatherEvidence } from '../../../src/core/evidence/evidence.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 8, minute)).toISOString();

function anEvent(minute: number, type: string, members: Readonly<Record<string, unknown>>) {
  const { sourceServerId } = members;
  const stream = `wave/p/w${typeof sourceServerId === 'string' ? `/${sourceServerId}` : ''}`;
  return {
    'detail-type': type,
    source: 'landfall.wave',
    detail: {
      eventId: `${stream}/${minute}`,
      stream,
      sequence: minute,
      observedAt: at(minute),
      wave: 'p.w',
      plan: 'p',
      ...members,
    },
  };
}

const undrilled = {
  ...{ stream: 'drs/111122223333/eu-central-1/s-3', sourceServerId: 's-3', hostname: 'dr-1' },
  ...{ accountId: '111122223333', region: 'eu-central-1', wave: undefined },
  drs: { drill: { state: 'overdue', lastAt: null } },
};

const deliveries = [
  anEvent(0, 'Source Server Discovered', undrilled),
  anEvent(0, 'Wave Started', { servers: 2, planHash: 'ab12' }),
  anEvent(1, 'Wave Stage Started', { phase: 'test', servers: 2, cohort: 1, attempts: 1 }),
  anEvent(2, 'Wave Server Outcome', {
    sourceServerId: 's-1',
    hostname: 'db-ü',
    outcome: 'succeeded',
    reason: 'went through',
    code: null,
  }),
  anEvent(3, 'Wave Server Outcome', {
    sourceServerId: 's-2',
    outcome: 'failed',
    reason: 'no capacity',
    code: 'LaunchFailed',
  }),
  anEvent(4, 'Wave Concluded', { servers: 2, outcomes: { succeeded: 1, failed: 1 } }),
];

/** The evidence of a wave of two servers, and its facts. */
export function smallEvidence() {
  const { told } = firstToldOf(deliveries);
  const evidence = gatherEvidence({
    head: { of: 'rehearsal', madeBy: 'landfall', subject: 'p', until: at(4), lacks: [] },
    sources: [],
    told,
    courses: coursesOf(told),
  });
  return { evidence, facts: factsOf(told) };
}

/** Its report; signed where there is a key. Other facts make another report. */
export async function smallReport(
  key?: string,
  facts: readonly EvidenceRecord[] = smallEvidence().facts,
): Promise<Report> {
  const read = key === undefined ? undefined : await readSigningKey(key);
  if (read?.ok === false) throw new Error(JSON.stringify(read.problem));
  return buildReport(smallEvidence().evidence, facts, read?.key);
}
