// What the stories of windows share: when our calls were made, and a wave's own events in order.
import type { Told } from './_rehearse.ts';

/** The instants at which Landfall made an operation with success, in order. */
export function instantsOf(told: Told, operation: string): readonly string[] {
  return told.logs.api
    .filter((call) => call.caller === 'landfall' && call.operation === operation)
    .filter(({ status }) => status >= 200 && status < 300)
    .map(({ at }) => at);
}

/** What the wave itself told, in order, each with its phase. */
export function waveTypes(told: Told): readonly string[] {
  return told.logs.events
    .filter(({ detail }) => detail.stream === 'wave/story/wave-1')
    .map((event) =>
      [event['detail-type'].replace('Wave ', ''), event.detail['phase'] ?? ''].join(' ').trim(),
    );
}
