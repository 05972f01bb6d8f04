// In: servers of a recovery that were to be set before their launch, and were not. Out: that is on record and told, and each is
// recovered as it is. Called where a server could not be set, and by the wave machine where the function that sets them has failed.
import { notBegun, standingOfSettings } from '../../core/desired/course.ts';
import { cutText } from '../../core/event/stream.ts';
import { tellSettingsCompared } from '../../core/event/tell-settings.ts';
import type { Ports } from '../ports.ts';
import { recordWaveServer } from '../wave-server.ts';

/** Has servers be recovered as they are; a repetition tells nothing again. */
export async function leaveUnset(
  ports: Pick<Ports, 'clock' | 'store' | 'bus'>,
  wave: string,
  servers: readonly string[],
  because = 'the function that sets it gave no answer',
): Promise<void> {
  const at = ports.clock.now();
  for (const server of servers) {
    await recordWaveServer(ports, { wave, server }, (record) => {
      const { settings, desiredCourse = notBegun } = record;
      if (standingOfSettings(settings.desired, desiredCourse)?.end !== 'none') return undefined;
      const { compared } = desiredCourse;
      const applied = { at, status: 'refused' as const, because: cutText(because) };
      const obstacle = `it was not set, and is recovered as it is: ${because}`;
      return {
        next: { ...record, desiredCourse: { compared, applied } },
        told: tellSettingsCompared({ phase: 'recover', changes: [], obstacles: [obstacle] }),
      };
    });
  }
}
