import * as z from 'zod';
import { drsQuotasOf } from '../drs/quotas.ts';
import { type Parameters, type Quota, quotasOf } from '../parameters.ts';
import { ServiceException } from '../service-exception.ts';
import { checked, type Operation } from './operation.ts';
import { pageOf } from './page-token.ts';

const listing = z.object({
  ServiceCode: z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{1,62}$/),
  MaxResults: z.number().int().min(1).max(100).optional(),
  NextToken: z.string().optional(),
});

const known: ReadonlyMap<
  string,
  { readonly name: string; readonly quotas: (parameters: Parameters) => readonly Quota[] }
> = new Map([
  [
    'mgn',
    {
      name: 'AWS Application Migration Service',
      quotas: (parameters: Parameters) => Object.values(quotasOf(parameters)),
    },
  ],
  [
    'ec2',
    {
      name: 'Amazon Elastic Compute Cloud (Amazon EC2)',
      quotas: ({ quotaStandardVcpus }: Parameters) => [
        {
          code: 'L-1216C47A',
          name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
          value: quotaStandardVcpus,
          adjustable: true,
        },
      ],
    },
  ],
  [
    'drs',
    {
      name: 'AWS Elastic Disaster Recovery',
      quotas: (parameters: Parameters) => Object.values(drsQuotasOf(parameters)),
    },
  ],
]);

/** The operation of Service Quotas that tells the quotas of MGN, DRS and EC2 in force. */
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
      const service = known.get(ServiceCode);
      if (service === undefined) {
        throw new ServiceException('NoSuchResourceException', 400, `No quotas for ${ServiceCode}`);
      }
      const { accountId, region: name, world } = region;
      const found = pageOf(
        service.quotas(world.parameters),
        { size: MaxResults, token: NextToken },
        {
          chance: world.chance,
          now: world.now,
          lifeMs: world.parameters.pageTokenHours * 3_600_000,
          request: JSON.stringify(['ListServiceQuotas', accountId, name, ServiceCode]),
        },
      );
      if (found === undefined) {
        throw new ServiceException('InvalidPaginationTokenException', 400, 'Invalid NextToken');
      }
      return JSON.stringify({
        Quotas: found.items.map((quota) => ({
          ServiceCode,
          ServiceName: service.name,
          QuotaArn: `arn:${region.partition}:servicequotas:${region.region}:${region.accountId}:${ServiceCode}/${quota.code}`,
          QuotaCode: quota.code,
          QuotaName: quota.name,
          Value: quota.value,
          Unit: 'None',
          Adjustable: quota.adjustable,
          GlobalQuota: false,
        })),
        ...(found.nextToken === undefined ? {} : { NextToken: found.nextToken }),
      });
    },
  },
];
