import * as z from 'zod';
import { systemClock } from '../../adapters/aws/system-clock.ts';
import type { TargetClientSettings } from '../../adapters/aws/target-access.ts';
import { createTargetApis } from '../../adapters/aws/target-clients.ts';
import { part } from '../_wiring.ts';
import { region } from './region.ts';
import { targetList } from './target-list.ts';

const address = z.string().default('');

/** What is read of the environment to reach targets. */
export const reach = {
  ...region,
  ...targetList,
  LANDFALL_STAGE: z.string().min(1),
  LANDFALL_MEMBER_ROLE: z.string().default(''),
  LANDFALL_EXTERNAL_ID: z.string().default(''),
  LANDFALL_ENDPOINT_MGN: address,
  LANDFALL_ENDPOINT_DRS: address,
  LANDFALL_ENDPOINT_EC2: address,
  LANDFALL_ENDPOINT_SERVICE_QUOTAS: address,
  LANDFALL_ENDPOINT_STS: address,
};

/** How targets are reached; an address that is not set is AWS's own. */
export function reachOf(settings: z.output<z.ZodObject<typeof reach>>): TargetClientSettings {
  return {
    targets: settings.LANDFALL_TARGETS,
    homeRegion: settings.AWS_REGION,
    clock: systemClock,
    memberRole: settings.LANDFALL_MEMBER_ROLE || `landfall-member-${settings.LANDFALL_STAGE}`,
    externalId: settings.LANDFALL_EXTERNAL_ID,
    sessionName: `landfall-${settings.LANDFALL_STAGE}`,
    endpoints: {
      mgn: settings.LANDFALL_ENDPOINT_MGN,
      drs: settings.LANDFALL_ENDPOINT_DRS,
      ec2: settings.LANDFALL_ENDPOINT_EC2,
      serviceQuotas: settings.LANDFALL_ENDPOINT_SERVICE_QUOTAS,
      sts: settings.LANDFALL_ENDPOINT_STS,
    },
  };
}

/** The API of each target of MGN, as the target list says it is reached. */
export const serviceOf = part(
  reach,
  (settings) => createTargetApis(reachOf(settings)),
  ({ ports }) => ports.serviceOf,
);
