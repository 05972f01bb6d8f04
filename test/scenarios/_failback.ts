// Servers that were recovered before a story begins: their recovery instances serve in us-east-1, and most of them came
// from us-west-2.
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { aDrsServer, drsId, otherRegion } from '../simulator/drs/rig.ts';
import { eventsOf, rehearse, type Story, type Told } from './_rehearse.ts';

/** The recovery instance of the n-th server. */
export const instanceId = (n: number) => `i-${String(n).padStart(17, '0')}`;

/** A server that was recovered on 1 March; from outside AWS where it has no Region of its own. */
export function recovered(n: number, originRegion: string | undefined = otherRegion): JsonObject {
  return aDrsServer(n, {
    gib: 1,
    ...(originRegion === '' ? {} : { originRegion }),
    state: 'STALLED',
    lag: 'P3D',
    lastLaunch: {
      initiated: {
        apiCallDateTime: '2024-03-01T12:00:00.000000+00:00',
        jobID: 'drsjob-00000000000000001',
        type: 'RECOVERY',
      },
      status: 'LAUNCHED',
    },
    more: { recoveryInstanceId: instanceId(n), lastLaunchResult: 'SUCCEEDED' },
  });
}

const approved = 'gates: { vacate: { approval: { policy: hands-off, when: [no-failures] } } }';

/** The spec of a failback of one wave, with more of it. */
export const failbackSpec = (more = 'failback: { hold: PT10M }', gates = approved) =>
  `{ waves: [{ name: wave-1, servers: { all: true }, ${gates}, ${more} }] }`;

/** Fails servers back. */
export const failBack = (fleet: readonly JsonObject[], is: Partial<Story> = {}): Promise<Told> =>
  rehearse({ kind: 'Failback', fleet, parameters: {}, spec: failbackSpec(), ...is });

/** What Landfall called with success, reads left out, each with the Region. */
export const callsIn = (told: Told): readonly string[] =>
  told.logs.api.flatMap(({ caller, operation, status, region }) =>
    caller === 'landfall' && status < 300 && !/^(Describe|List|Get|Invoke)/.test(operation)
      ? [`${operation} ${region}`]
      : [],
  );

/** The steps of a failback that were told, in order. */
export const stepsOf = (told: Told): readonly unknown[] =>
  eventsOf(told, 'Wave Server Failback Step').map(({ step }) => step);

export { drsId };
