import type { Observation } from '../../observation.ts';

/** What is known of a server of DRS when its settings are about to be changed. */
export interface DrsMoment {
  readonly observation: Pick<Observation, 'hostname' | 'replication' | 'drs'> | undefined;
  /** The job that launches it now, where one does. */
  readonly launchingJob: string | undefined;
}

/** Says why a server's settings must not be changed now; undefined where they may. */
export function drsClosedBecause({ observation, launchingJob }: DrsMoment): string | undefined {
  if (observation === undefined) return 'DRS does not list it any more';
  if (observation.replication.state === 'DISCONNECTED') {
    return 'it is disconnected: nothing is launched of it';
  }
  if (launchingJob !== undefined) {
    return `job ${launchingJob} is launching it: wait until the job has ended`;
  }
  return undefined;
}
