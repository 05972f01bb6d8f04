import { describe, expect, test } from 'vitest';
import { replicationErrors } from '../../src/core/fleet/known-shapes.ts';
import {
  budgetOf,
  courseAfter,
  crowdedErrors,
  decideRemedy,
  type Patient,
  parseRemedies,
  RemedySettings,
  type StallCourse,
  withoutTry,
  withTry,
  withTryEnded,
} from '../../src/core/remedy.ts';
import { plusSeconds } from '../../src/core/time.ts';

const start = '2024-03-04T16:00:00.000Z';
const settings = RemedySettings.parse({});
const launch = 'FAILED_TO_LAUNCH_REPLICATION_SERVER';
const course: StallCourse = { since: start, until: null, tries: {}, triedAt: null, trying: null };
const facts = { present: true, archived: false, lifecycle: 'NOT_READY', stalled: launch };
const patient: Patient = { facts, course, reserved: undefined };
const minutesIn = (minutes: number) => plusSeconds(start, minutes * 60);
const decide = (is: Partial<Patient>, minutes: number, stopped: readonly string[] = []) =>
  decideRemedy({ ...patient, ...is }, settings, new Set(stopped), minutesIn(minutes));

describe('a stalled server that nobody waits for', () => {
  test('is retried once the first wait is over, and not before', () => {
    expect(decide({}, 14)).toEqual({ do: 'wait', until: minutesIn(15) });
    expect(decide({}, 15)).toEqual({ do: 'retry', errorClass: launch, attempt: 1, budget: 3 });
  });

  test('is retried again after twice the wait, until its budget is used', () => {
    const trying = { errorClass: launch, attempt: 1, budget: 3 };
    const once = withTryEnded(withTry(course, trying, minutesIn(15)));
    expect(decide({ course: once }, 44)).toEqual({ do: 'wait', until: minutesIn(45) });
    expect(decide({ course: once }, 45)).toMatchObject({ do: 'retry', attempt: 2 });
    const used = withTry(course, { ...trying, attempt: 3 }, minutesIn(60));
    expect(decide({ course: withTryEnded(used) }, 100_000)).toEqual({
      do: 'nothing',
      because: `all 3 retries of ${launch} are used`,
    });
  });

  test('is noted first where its record tells no beginning', () => {
    expect(decide({ course: undefined }, 60)).toEqual({ do: 'note' });
    expect(decide({ course: { ...course, until: minutesIn(1) } }, 60)).toEqual({ do: 'note' });
  });

  test('is left alone while a try has no end on record; after that the try is closed', () => {
    const trying = { errorClass: launch, attempt: 1, budget: 3 };
    const open = withTry(course, trying, minutesIn(15));
    expect(decide({ course: open }, 24)).toEqual({ do: 'wait', until: minutesIn(25) });
    expect(decide({ course: open }, 25)).toEqual({ do: 'close', trying });
  });

  test('does not count a try that came to no call', () => {
    const trying = { errorClass: launch, attempt: 1, budget: 3 };
    expect(withoutTry(withTry(course, trying, minutesIn(15)), course)).toEqual(course);
  });

  test.each<[string, Partial<Patient>, string]>([
    ['archived', { facts: { ...facts, archived: true } }, 'archived'],
    ['disconnected', { facts: { ...facts, lifecycle: 'DISCONNECTED' } }, 'disconnected'],
    ['finalized', { facts: { ...facts, lifecycle: 'CUTOVER' } }, 'finalized'],
    ['gone', { facts: { ...facts, present: false } }, 'the service no longer lists it'],
    ['well', { facts: { ...facts, stalled: null } }, 'not stalled'],
    ['in a wave', { reserved: 'in the running wave p.w' }, 'in the running wave p.w'],
    [
      'stalled for a reason of its own',
      { facts: { ...facts, stalled: 'NEW_CLASS' } },
      'NEW_CLASS is not retried',
    ],
  ])('is left alone: %s', (_, is, because) => {
    expect(decide(is, 60)).toEqual({ do: 'nothing', because });
  });

  test('is left alone where too many stall with the same error class', () => {
    expect(decide({}, 60, [launch])).toEqual({
      do: 'nothing',
      because: `too many servers stall with ${launch}`,
    });
    expect(decide({}, 60, ['FAILED_TO_START_DATA_TRANSFER'])).toMatchObject({ do: 'retry' });
  });
});

describe('a budget', () => {
  test('is 3 for what a staging area may do at the next try, 2 for a connection, none for the rest', () => {
    const budgets = replicationErrors.map((name) => budgetOf(name, settings));
    expect(budgets).toEqual([0, 0, 0, 0, 3, 3, 3, 3, 3, 0, 0, 2, 2, 2, 0, 0]);
  });

  test('is what the deployment says, but never for what a retry cannot mend', () => {
    const more = RemedySettings.parse({ retries: { SNAPSHOTS_FAILURE: 1, [launch]: 0 } });
    expect([budgetOf('SNAPSHOTS_FAILURE', more), budgetOf(launch, more)]).toEqual([1, 0]);
    for (const hopeless of ['FAILED_TO_CREATE_STAGING_DISKS', 'FAILED_TO_ATTACH_STAGING_DISKS']) {
      expect(RemedySettings.safeParse({ retries: { [hopeless]: 1 } }).success).toBe(false);
    }
  });

  test('is off where no text says anything; text that is wrong is refused', () => {
    expect(parseRemedies('')).toBeUndefined();
    expect(parseRemedies('{}')).toEqual({
      disasterRecovery: false,
      waitMinutes: 15,
      sameErrorServers: 3,
      retries: {},
    });
    expect(() => parseRemedies('{"waitMinutes":0}')).toThrow();
    expect(() => parseRemedies('nothing')).toThrow(SyntaxError);
  });
});

describe('the course of stalls', () => {
  test('begins with the first, ends, and keeps its tries where the next one comes within a day', () => {
    expect(courseAfter(undefined, null, start)).toBeUndefined();
    const begun = courseAfter(undefined, launch, start);
    expect(begun).toEqual(course);
    const tried = { ...course, tries: { [launch]: 2 }, triedAt: minutesIn(45) };
    const ended = courseAfter(tried, null, minutesIn(60));
    expect(ended).toEqual({ ...tried, until: minutesIn(60) });
    expect(courseAfter(ended, launch, minutesIn(120))).toEqual({ ...tried, since: minutesIn(120) });
    expect(courseAfter(ended, launch, minutesIn(60 + 1440))).toEqual({
      ...course,
      since: minutesIn(60 + 1440),
    });
  });

  test('goes on for another reason, and stays as it is while nothing changes', () => {
    expect(courseAfter(course, 'AGENT_NOT_SEEN', minutesIn(5))).toBe(course);
    const ended = { ...course, until: minutesIn(5) };
    expect(courseAfter(ended, null, minutesIn(9))).toBe(ended);
  });
});

test('an error class is crowded where as many servers stall with it as the deployment says', () => {
  const stalls = [1, 2, 3].map((n) => ({ server: `s-${n}`, errorClass: launch }));
  const hopeless = stalls.map((one) => ({ ...one, errorClass: 'AGENT_NOT_SEEN' }));
  expect(crowdedErrors([...stalls, ...hopeless], settings)).toEqual(
    new Map([[launch, ['s-1', 's-2', 's-3']]]),
  );
  expect(crowdedErrors(stalls.slice(1), settings)).toEqual(new Map());
});
