import * as z from 'zod';
import { systemClock } from '../../adapters/aws/system-clock.ts';
import { createTargetApis } from '../../adapters/aws/target-clients.ts';
import { part } from '../_wiring.ts';
import { region } from './region.ts';
import { targetList } from './target-list.ts';

const address = z.string().default('');

/** The API of each target, as the target list says it is reached; an address that is not set is AWS's own. */
export const serviceOf = part(
  {
    ...region,
    ...targetList,
    LANDFALL_STAGE: z.string().min(1),
    LANDFALL_MEMBER_ROLE: z.string().default(''),
    LANDFALL_EXTERNAL_ID: z.string().default(''),
    LANDFALL_ENDPOINT_MGN: address,
    LANDFALL_ENDPOINT_EC2: address,
    LANDFALL_ENDPOINT_SERVICE_QUOTAS: address,
    LANDFALL_ENDPOINT_STS: address,
  },
  (settings) =>
    createTargetApis({
      targets: settings.LANDFALL_TARGETS,
      homeRegion: settings.AWS_REGION,
      clock: systemClock,
      memberRole: settings.LANDFALL_MEMBER_ROLE || `landfall-member-${settings.LANDFALL_STAGE}`,
      externalId: settings.LANDFALL_EXTERNAL_ID,
      sessionName: `landfall-${settings.LANDFALL_STAGE}`,
      endpoints: {
        mgn: settings.LANDFALL_ENDPOINT_MGN,
        ec2: settings.LANDFALL_ENDPOINT_EC2,
        serviceQuotas: settings.LANDFALL_ENDPOINT_SERVICE_QUOTAS,
        sts: settings.LANDFALL_ENDPOINT_STS,
      },
    }),
  ({ ports }) => ports.serviceOf,
);
