import type { ClientNews } from '../change/client-silence.ts';
import type { Pressure, WatchedQuota } from '../change/quota-pressure.ts';
import { DetailType } from './detail-type.ts';
import type { Told } from './stream.ts';

const detailTypeOfNews = {
  silent: DetailType.ClientSilent,
  back: DetailType.ClientBack,
  removed: DetailType.ClientRemoved,
} as const;

/** Tells what became of a vCenter client: silent, back, or no longer listed. */
export function tellClient({ id, news, lastSeenAt }: ClientNews): Told {
  return {
    detailType: detailTypeOfNews[news],
    members: { vcenterClientId: id, ...(lastSeenAt === undefined ? {} : { lastSeenAt }) },
  };
}

/** Tells that the use of a quota has reached another mark, upward or downward. */
export function tellPressure(pressure: {
  readonly quota: WatchedQuota;
  readonly previous: Pressure;
  readonly current: Pressure;
  readonly used: number;
  readonly limit: number;
  readonly usedPercent: number;
}): Told {
  const { quota, previous, current, used, limit, usedPercent } = pressure;
  return {
    detailType: DetailType.QuotaPressure,
    members: { quota, previous, current, used, limit, usedPercent },
  };
}
