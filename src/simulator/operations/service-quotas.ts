import * as z from 'zod';
import { quotasOf } from '../parameters.ts';
import { ServiceException } from '../service-exception.ts';
import { checked, type Operation } from './operation.ts';

const listing = z.object({
  ServiceCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,62}$/),
  MaxResults: z.number().int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
});

/** The operation of Service Quotas that tells MGN's quotas in force. */
export const serviceQuotas: readonly Operation[] = [
  {
    service: 'servicequotas',
    name: 'ListServiceQuotas',
    method: 'POST',
    path: '/',
    writes: false,
    status: 200,
    answer: ({ region, input }) => {
      const { ServiceCode, MaxResults = 100, NextToken } = checked(listing, input);
      if (ServiceCode !== 'mgn') {
        throw new ServiceException('NoSuchResourceException', 400, `No quotas for ${ServiceCode}`);
      }
      const all = Object.values(quotasOf(region.world.parameters));
      const from =
        NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64url').toString());
      if (!Number.isInteger(from) || from < 0 || from > all.length) {
        throw new ServiceException('InvalidPaginationTokenException', 400, 'Invalid NextToken');
      }
      const next = from + MaxResults;
      return JSON.stringify({
        Quotas: all.slice(from, next).map((quota) => ({
          ServiceCode,
          ServiceName: 'AWS Application Migration Service',
          QuotaArn: `arn:${region.partition}:servicequotas:${region.region}:${region.accountId}:mgn/${quota.code}`,
          QuotaCode: quota.code,
          QuotaName: quota.name,
          Value: quota.value,
          Unit: 'None',
          Adjustable: quota.adjustable,
          GlobalQuota: false,
        })),
        ...(next < all.length
          ? { NextToken: Buffer.from(String(next)).toString('base64url') }
          : {}),
      });
    },
  },
];
