import * as z from 'zod';
import { jobDocument, jobLog } from '../job.ts';
import { textAt } from '../json.ts';
import { serverDocument } from '../server-document.ts';
import { validation } from '../service-exception.ts';
import { assignedText, lifeCycleStates, type SourceServer } from '../source-server.ts';
import { stampMs } from '../wire-time.ts';
import {
  accountID,
  type Call,
  checked,
  type Operation,
  page,
  paging,
  sourceServerID,
} from './operation.ts';

const instant = z.string().refine((text) => stampMs(text) !== undefined, 'is not a date-time');
const lifeCycleState = z.enum(lifeCycleStates);

const describeSourceServers = z.object({
  filters: z
    .object({
      sourceServerIDs: z.array(sourceServerID).max(200).optional(),
      isArchived: z.boolean().optional(),
      replicationTypes: z
        .array(z.enum(['AGENT_BASED', 'SNAPSHOT_SHIPPING']))
        .max(2)
        .optional(),
      lifeCycleStates: z.array(lifeCycleState).max(10).optional(),
      applicationIDs: z
        .array(z.string().regex(/^app-[0-9a-zA-Z]{17}$/))
        .max(200)
        .optional(),
    })
    .optional(),
  accountID,
  ...paging,
});

const describeJobs = z.object({
  filters: z
    .object({
      jobIDs: z
        .array(z.string().regex(/^mgnjob-[0-9a-zA-Z]{17}$/))
        .max(1000)
        .optional(),
      fromDate: instant.optional(),
      toDate: instant.optional(),
    })
    .optional(),
  accountID,
  ...paging,
});

const describeJobLogItems = z.object({
  jobID: z.string().regex(/^mgnjob-[0-9a-zA-Z]{17}$/),
  accountID,
  ...paging,
});

const read = (name: string, answer: Operation['answer']): Operation => ({
  service: 'mgn',
  name,
  method: 'POST',
  path: `/${name}`,
  writes: false,
  status: 200,
  answer,
});

/** The operations of MGN that tell servers, jobs and vCenter clients. */
export const mgnReads: readonly Operation[] = [
  read('DescribeSourceServers', (call) => {
    const { filters = {} } = checked(describeSourceServers, call.input);
    const { region, readAt } = call;
    if (region.world.parameters.filtersRequired && call.input['filters'] === undefined) {
      throw validation('Input validation failed', 'fieldValidationFailed', [
        { name: 'filters', message: 'is required' },
      ]);
    }
    const wanted = new Set(filters.sourceServerIDs);
    const candidates = wanted.size > 0 ? region.serversNamed(wanted) : region.servers;
    const { items, nextToken } = page(
      call,
      candidates,
      filters,
      (server) => region.placeOf(server),
      (server) => fits(call, server, filters),
    );
    const documents = items.map((server) => serverDocument(region, server, readAt));
    return listText(documents, nextToken);
  }),
  read('DescribeJobs', (call) => {
    const { filters = {} } = checked(describeJobs, call.input);
    const { region, readAt } = call;
    const from = stampMs(filters.fromDate) ?? Number.NEGATIVE_INFINITY;
    const to = stampMs(filters.toDate) ?? Number.POSITIVE_INFINITY;
    const ids = filters.jobIDs ?? [];
    const known =
      ids.length > 0 ? ids.flatMap((id) => region.jobs.get(id) ?? []) : [...region.jobs.values()];
    const found = known
      .filter((job) => job.createdAt <= readAt && job.createdAt >= from && job.createdAt <= to)
      .toReversed()
      .toSorted((a, b) => b.createdAt - a.createdAt);
    const { items, nextToken } = page(call, found, filters);
    const form = region.world.parameters.timestampForm;
    return listText(
      items.map((job) => JSON.stringify(jobDocument(job, readAt, form))),
      nextToken,
    );
  }),
  read('DescribeJobLogItems', (call) => {
    const { jobID } = checked(describeJobLogItems, call.input);
    const { region, readAt } = call;
    const job = region.jobs.get(jobID);
    if (job === undefined || job.createdAt > readAt) {
      throw validation(`Job ${jobID} does not exist`, 'other', [
        { name: 'jobID', message: 'does not exist' },
      ]);
    }
    const { items, nextToken } = page(
      call,
      jobLog(job, readAt, region.world.parameters.timestampForm),
      jobID,
    );
    return listText(
      items.map((item) => JSON.stringify(item)),
      nextToken,
    );
  }),
  {
    service: 'mgn',
    name: 'DescribeVcenterClients',
    method: 'GET',
    path: '/DescribeVcenterClients',
    writes: false,
    status: 200,
    answer: (call) => {
      const { region, readAt } = call;
      const { items, nextToken } = page(call, [...region.clients.values()], 'vcenter-clients');
      const form = region.world.parameters.timestampForm;
      return listText(
        items.map((client) => JSON.stringify(client.documentAt(readAt, form))),
        nextToken,
      );
    },
  },
];

/** Prints a listing out of its printed items. */
export function listText(items: readonly string[], nextToken: string | undefined): string {
  const token = nextToken === undefined ? '' : `,"nextToken":${JSON.stringify(nextToken)}`;
  return `{"items":[${items.join(',')}]${token}}`;
}

function fits(
  call: Call,
  server: SourceServer,
  filters: NonNullable<z.output<typeof describeSourceServers>['filters']>,
): boolean {
  const state = server.stateAt(call.readAt);
  const {
    isArchived,
    lifeCycleStates: states = [],
    replicationTypes = [],
    applicationIDs = [],
  } = filters;
  if (state.deleted) return false;
  if (isArchived === undefined) {
    if (state.archived && !call.region.world.parameters.includeArchivedByDefault) return false;
  } else if (state.archived !== isArchived) return false;
  return (
    within(states, textAt(state.lifeCycle, 'state')) &&
    within(replicationTypes, state.replicationType) &&
    within(applicationIDs, assignedText(server, state, 'applicationID'))
  );
}

function within(wanted: readonly string[], value: string | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}
