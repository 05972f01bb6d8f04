import { ListServiceQuotasCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { Answer } from '../../flow/ports.ts';
import { allPages } from './pages.ts';
import { askForOutput } from './wire-call.ts';

/** Answers the values of a service's quotas by code, as Service Quotas has them for this account and Region. */
export async function serviceQuotas(
  client: ServiceQuotasClient,
  serviceCode: string,
): Promise<Answer<Readonly<Record<string, number>>>> {
  const values: Record<string, number> = {};
  const answer = await allPages(async (page) => {
    const output = await askForOutput(
      new ListServiceQuotasCommand({
        ServiceCode: serviceCode,
        MaxResults: 100,
        ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
      }),
      (command) => client.send(command),
    );
    if (!output.ok) return output;
    for (const { QuotaCode, Value } of output.value.Quotas ?? []) {
      if (QuotaCode !== undefined && Value !== undefined) values[QuotaCode] = Value;
    }
    return { ...output, value: { nextToken: output.value.NextToken } };
  });
  return answer.ok ? { ...answer, value: values } : answer;
}
