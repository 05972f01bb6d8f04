import * as z from 'zod';
import type { JsonObject } from '../../json.ts';
import { type Call, checked, type Operation, page, paging } from '../../operations/operation.ts';
import type { RegionState } from '../../region-state.ts';
import { notFound, ServiceException, validation } from '../../service-exception.ts';
import { stamp } from '../../wire-time.ts';
import { exportID, importID, listing, mgnRead, mgnWrite, tags } from '../model.ts';
import { newId } from '../new-id.ts';
import type { InventoryTask } from '../settings.ts';
import { importInventory, summaryOf } from './apply-import.ts';
import type { Problem } from './draft.ts';
import { exportInventory } from './export-inventory.ts';

const bucketName = z.string().regex(/^[a-zA-Z0-9.\-_]{1,255}$/);
const objectKey = z.string().regex(/^[^\0]{1,1020}\.csv$/);
const owner = z
  .string()
  .regex(/^\d{12}$/)
  .optional();
const nothingExported = { serversCount: 0, applicationsCount: 0, wavesCount: 0 };

/** The operations of MGN that import and export inventory files. */
export const inventories: readonly Operation[] = [
  mgnWrite('StartImport', 202, ({ region, input }) => {
    const given = checked(
      z.object({
        clientToken: z.string().max(64).optional(),
        s3BucketSource: z.object({
          s3Bucket: bucketName,
          s3Key: objectKey,
          s3BucketOwner: owner,
        }),
        tags: tags.optional(),
      }),
      input,
    );
    const { s3BucketSource, clientToken } = given;
    const { s3Bucket, s3Key, s3BucketOwner } = s3BucketSource;
    const again = [...region.mgn.imports.values()].find(
      (known) => clientToken !== undefined && known.clientToken === clientToken,
    );
    if (again !== undefined) return { importTask: sameImport(region, again, s3BucketSource) };
    refuseOtherOwner(region, s3BucketOwner);
    const text = region.objects.get(s3Bucket)?.get(s3Key);
    if (text === undefined) throw notFound('S3Object', `s3://${s3Bucket}/${s3Key}`);
    refuseSecondImport(region);
    const task = newTask(region, 'import', {
      document: { s3BucketSource, tags: given.tags ?? {} },
      clientToken,
      summary: summaryOf({}),
    });
    region.mgn.imports.set(task.id, task);
    region.world.agenda.add(task.endsAt, () => finishImport(region, task, text));
    return { importTask: taskDocument(region, task, region.world.now) };
  }),
  mgnRead('ListImports', (call) => {
    const ids = z.object({ importIDs: z.array(importID).max(10).optional() }).optional();
    const given = checked(z.object({ filters: ids, ...paging }), call.input);
    return listed(call, call.region.mgn.imports, given.filters?.importIDs ?? []);
  }),
  mgnRead('ListImportErrors', (call) => {
    const id = checked(z.object({ importID, ...paging }), call.input).importID;
    return errorsOf(call, call.region.mgn.imports.get(id), 'importID', id);
  }),
  mgnWrite('StartExport', 202, ({ region, input }) => {
    const given = checked(
      z.object({
        s3Bucket: bucketName,
        s3Key: objectKey,
        s3BucketOwner: owner,
        tags: tags.optional(),
      }),
      input,
    );
    refuseOtherOwner(region, given.s3BucketOwner);
    const most = region.world.parameters.quotaConcurrentExports;
    if (open(region, region.mgn.exports).length >= most) {
      throw tooMany(`No more than ${most} exports run at a time`, most);
    }
    const task = newTask(region, 'export', {
      document: { tags: {}, ...given },
      clientToken: undefined,
      summary: nothingExported,
    });
    region.mgn.exports.set(task.id, task);
    const { s3Bucket, s3Key } = given;
    region.world.agenda.add(task.endsAt, () => finishExport(region, task, s3Bucket, s3Key));
    return { exportTask: taskDocument(region, task, region.world.now) };
  }),
  mgnRead('ListExports', (call) => {
    const ids = z.object({ exportIDs: z.array(exportID).max(10).optional() }).optional();
    const given = checked(z.object({ filters: ids, ...paging }), call.input);
    return listed(call, call.region.mgn.exports, given.filters?.exportIDs ?? []);
  }),
  mgnRead('ListExportErrors', (call) => {
    const id = checked(z.object({ exportID, ...paging }), call.input).exportID;
    return errorsOf(call, call.region.mgn.exports.get(id), 'exportID', id);
  }),
];

function newTask(
  region: RegionState,
  kind: 'import' | 'export',
  of: {
    readonly document: JsonObject;
    readonly clientToken: string | undefined;
    readonly summary: JsonObject;
  },
): InventoryTask {
  const { chance, parameters, now } = region.world;
  const id = newId(region, kind);
  const startsAt =
    now + Math.round(chance.between(parameters.importStartSeconds, 'task start', id) * 1000);
  const takes = Math.round(chance.between(parameters.importSeconds, 'task', id) * 1000);
  return {
    id,
    document: { [`${kind}ID`]: id, arn: region.arn(kind, id), ...of.document },
    createdAt: now,
    startsAt,
    endsAt: startsAt + takes,
    clientToken: of.clientToken,
    outcome: undefined,
    summary: of.summary,
    errors: [],
  };
}

/** The task as answers show it at an instant: only the outcome is not a formula of time. */
function taskDocument(region: RegionState, task: InventoryTask, at: number): JsonObject {
  const form = region.world.parameters.timestampForm;
  const ended = at >= task.endsAt ? task.outcome : undefined;
  const share = (at - task.startsAt) / (task.endsAt - task.startsAt);
  return {
    ...task.document,
    creationDateTime: stamp(task.createdAt, form),
    ...(ended === undefined ? {} : { endDateTime: stamp(task.endsAt, form) }),
    status: ended ?? (at < task.startsAt ? 'PENDING' : 'STARTED'),
    progressPercentage:
      ended === undefined ? Math.floor(100 * Math.min(1, Math.max(0, share))) : 100,
    summary: ended === undefined ? zeroed(task.summary) : task.summary,
  };
}

function zeroed(summary: JsonObject): JsonObject {
  return 'serversCount' in summary ? nothingExported : summaryOf({});
}

function finishImport(region: RegionState, task: InventoryTask, text: string): void {
  const { summary, problems } = importInventory(region, text);
  task.summary = summary;
  task.outcome = problems.length === 0 ? 'SUCCEEDED' : 'FAILED';
  task.errors = problems.map((problem) => importError(region, problem));
}

function importError(region: RegionState, problem: Problem): JsonObject {
  const { row, type, message, serverId, applicationId, waveId } = problem;
  return {
    errorDateTime: stamp(region.world.now, region.world.parameters.timestampForm),
    errorType: type,
    errorData: {
      ...(row === 0 ? {} : { rowNumber: row }),
      rawError: message,
      ...(serverId === undefined ? {} : { sourceServerID: serverId }),
      ...(applicationId === undefined ? {} : { applicationID: applicationId }),
      ...(waveId === undefined ? {} : { waveID: waveId }),
      accountID: region.accountId,
    },
  };
}

function finishExport(region: RegionState, task: InventoryTask, bucket: string, key: string): void {
  const objects = region.objects.get(bucket);
  if (objects === undefined) {
    task.outcome = 'FAILED';
    task.errors = [
      {
        errorDateTime: stamp(region.world.now, region.world.parameters.timestampForm),
        errorData: { rawError: `NoSuchBucket: The specified bucket does not exist: ${bucket}` },
      },
    ];
    return;
  }
  const { text, summary } = exportInventory(region);
  objects.set(key, text);
  task.summary = summary;
  task.outcome = 'SUCCEEDED';
}

function sameImport(region: RegionState, task: InventoryTask, source: JsonObject): JsonObject {
  if (JSON.stringify(task.document['s3BucketSource']) !== JSON.stringify(source)) {
    const message = 'The clientToken was used for an import of another object';
    throw new ServiceException('ConflictException', 409, message, {
      resourceId: task.id,
      resourceType: 'Import',
    });
  }
  return taskDocument(region, task, region.world.now);
}

function refuseSecondImport(region: RegionState): void {
  const [running] = open(region, region.mgn.imports);
  if (running === undefined) return;
  const message = 'Another import is in progress';
  if (region.world.parameters.importWhileRunning === 'ServiceQuotaExceededException') {
    throw tooMany(message, 1);
  }
  throw new ServiceException('ConflictException', 409, message, {
    resourceId: running.id,
    resourceType: 'Import',
  });
}

// The codes of these quotas are not published.
function tooMany(message: string, quotaValue: number): ServiceException {
  return new ServiceException('ServiceQuotaExceededException', 402, message, {
    serviceCode: 'mgn',
    quotaValue,
  });
}

function refuseOtherOwner(region: RegionState, named: string | undefined): void {
  if (named === undefined || named === region.accountId) return;
  throw validation('The bucket belongs to another account', 'other', [
    { name: 's3BucketOwner', message: `is not ${region.accountId}` },
  ]);
}

function open(
  region: RegionState,
  tasks: ReadonlyMap<string, InventoryTask>,
): readonly InventoryTask[] {
  return [...tasks.values()].filter((task) => region.world.now < task.endsAt);
}

function listed(
  call: Call,
  tasks: ReadonlyMap<string, InventoryTask>,
  ids: readonly string[],
): JsonObject {
  const { region, readAt } = call;
  const since = readAt - region.world.parameters.importHistoryDays * 86_400_000;
  const found = [...tasks.values()]
    .filter((task) => ids.length === 0 || ids.includes(task.id))
    .filter((task) => task.createdAt >= since && task.createdAt <= readAt)
    .toReversed();
  const { items, nextToken } = page(call, found, ids);
  return listing(
    items.map((task) => taskDocument(region, task, readAt)),
    nextToken,
  );
}

// Neither listing of errors declares ResourceNotFoundException.
function errorsOf(
  call: Call,
  task: InventoryTask | undefined,
  name: string,
  id: string,
): JsonObject {
  if (task === undefined) {
    throw validation(`There is no task ${id}`, 'other', [{ name, message: 'does not exist' }]);
  }
  const { items, nextToken } = page(call, task.errors, id);
  return listing(items, nextToken);
}
