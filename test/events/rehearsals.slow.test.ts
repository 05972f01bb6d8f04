// What is really told is what the catalogue promises, no less and no more. That every event of the catalogue is told by
// something is for test/scenarios/catalogue.test.ts.
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { catalogued, commonSchema, envelopeSchema } from '../../src/core/event/catalogue.ts';
import { parseLandfallEvent } from '../../src/events/index.ts';
import { abort } from '../../src/flow/operate/abort.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { exampleFaults, exampleFleet, examplePlan } from '../scenarios/_examples.ts';
import {
  agentBased,
  discovered,
  inSync,
  movedTo,
  serverId,
  vcenterClient,
} from '../scenarios/_fleet.ts';
import { type Moment, rehearse, type Story } from '../scenarios/_rehearse.ts';

const wave = 'story.wave-1';
const joe = { wave, by: 'joe', reason: 'as agreed' };

function when(
  type: string,
  act: (ports: Ports) => Promise<unknown>,
  phase?: 'test' | 'cutover',
): Moment {
  return {
    event: (envelope) =>
      envelope['detail-type'] === type &&
      (phase ?? envelope.detail['phase']) === envelope.detail['phase'],
    happens: async ({ ports }) => {
      await act(ports);
    },
  };
}

const asked = 'Wave Approval Requested';
const answered = (phase: 'test' | 'cutover', decision: 'approved' | 'denied') =>
  when(asked, (ports) => approve(ports, { ...joe, phase, decision }), phase);
const gated = (gates: string) =>
  `{ defaults: { gates: ${gates} }, waves: [{ name: wave-1, servers: { all: true } }] }`;

const stories: Readonly<Record<string, () => Promise<Story> | Story>> = {
  'nothing happens': () => ({
    fleet: [agentBased(1), inSync(2), discovered(3)],
    goOnSeconds: 8 * 3600,
  }),
  'a phase is approved, another denied; a pause between them': () => ({
    fleet: [inSync(1), inSync(2)],
    spec: gated('{ test: { approval: {} }, cutover: { approval: { by: [joe] } } }'),
    whenTold: [
      answered('test', 'approved'),
      when('Wave Stage Started', (ports) => pause(ports, joe)),
      when('Wave Paused', (ports) => resume(ports, joe)),
      answered('cutover', 'denied'),
    ],
  }),
  'nobody approves': () => ({
    fleet: [inSync(1)],
    spec: gated('{ cutover: { approval: { timeout: PT6H } } }'),
  }),
  'the line is stopped, goes on, and is aborted': () => ({
    fleet: [inSync(1), inSync(2), inSync(3)],
    spec: '{ defaults: { policy: { onFailure: hold, tolerate: 0 } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: [
      `{ fault: launch-failure, on: test-launch, times: 9, servers: { ids: [${serverId(2)}] } }`,
    ],
    whenTold: [
      when('Wave Held', (ports) => resume(ports, joe)),
      when('Wave Resumed', (ports) => abort(ports, joe)),
    ],
  }),
  'an account is not initialised at first': () => ({
    fleet: [inSync(1), movedTo('444455556666', 'us-east-1', inSync(2))],
    faults: [
      "{ fault: target-unreachable, because: not-initialized, targets: ['444455556666:us-east-1'], mendedAfter: PT3H }",
    ],
  }),
  'a vCenter client dies for three hours': () => ({
    fleet: [discovered(1), discovered(2)],
    vcenterClients: [vcenterClient],
    faults: ['{ fault: vcenter-client-dead, after: PT20M, revivesAfter: PT3H }'],
  }),
  'every fault there is': async () => ({
    ...(await exampleFleet('mixed-40', 'mixed-40.vcenter-clients')),
    spec: examplePlan('first-wave'),
    faults: exampleFaults('each-at-5-percent'),
    parameters: {},
  }),
};

describe.each(Object.entries(stories))('%s', (_name, story) => {
  let events: readonly unknown[] = [];

  beforeAll(async () => {
    const told = await rehearse(await story());
    events = told.text.events.split('\n').map((line): unknown => JSON.parse(line));
  });

  test('each event is read as what it is', () => {
    const unread = events.flatMap((event) => {
      const read = parseLandfallEvent(event);
      return read['detail-type'] === 'unknown' ? [read.problem, event] : [];
    });
    expect(events.length).toBeGreaterThan(0);
    expect(unread.slice(0, 4)).toEqual([]);
  });

  test('no event says more than is promised', () => {
    const surprises = new Set(
      events.flatMap((event) => {
        const { 'detail-type': detailType } = z
          .looseObject({ 'detail-type': z.string() })
          .parse(event);
        const entry = catalogued(detailType);
        if (entry === undefined) return [`${detailType} is not catalogued`];
        const detail = z.strictObject({
          ...commonSchema(entry.stream).shape,
          ...entry.detail.shape,
        });
        const { shape } = envelopeSchema(entry);
        const read = z.strictObject({ ...shape, detail }).safeParse(event);
        return (read.error?.issues ?? []).map(
          ({ path, message }) => `${detailType}: ${path.join('.')}: ${message}`,
        );
      }),
    );
    expect([...surprises]).toEqual([]);
  });
});
