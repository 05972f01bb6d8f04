import * as z from 'zod';
import type { JsonObject } from '../json.ts';
import { accountID, type Call, type Operation, paging } from '../operations/operation.ts';
import { stringRecord } from '../operations/tags.ts';

/** An id of 17 alphanumeric characters after its prefix, as the model has it. */
export const idOf = (prefix: string) => z.string().regex(new RegExp(`^${prefix}-[0-9a-zA-Z]{17}$`));

export const applicationID = idOf('app');
export const waveID = idOf('wave');
export const vcenterClientID = idOf('vcc');
export const connectorID = idOf('connector');
export const launchConfigurationTemplateID = idOf('lct');
export const replicationConfigurationTemplateID = idOf('rct');
export const importID = idOf('import');
export const exportID = idOf('export');

/** The page members and the account that an administrator may name. */
export const listed = { accountID, ...paging };

/** A name of a wave, application or action: 1 to 256 characters, no blank at either end. */
export const groupName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\s\0]( *[^\s\0])*$/);
export const groupDescription = z
  .string()
  .max(600)
  .regex(/^[^\0]*$/);
export const arn = z.string().min(20).max(2048);
export const tags = stringRecord;
export const bounded = z.string().max(256);

const bootMode = z.enum(['LEGACY_BIOS', 'UEFI', 'USE_SOURCE']);
const documentParameterName = z
  .string()
  .min(1)
  .max(1011)
  .regex(/^[A-Za-z0-9]+$/);
const most = (n: number) => (given: object) => Object.keys(given).length <= n;

/** Parameters of an SSM document that are read from the Parameter Store. */
export const documentParameters = z
  .record(
    documentParameterName,
    z
      .array(
        z.object({
          parameterType: z.enum(['STRING', 'SECURE_STRING']),
          parameterName: z
            .string()
            .min(1)
            .max(1011)
            .regex(/^[A-Za-z0-9_.-]+$/),
        }),
      )
      .max(10),
  )
  .refine(most(20), 'has more than 20 parameters');

/** Parameters of an SSM document that are read from the source server. */
export const externalParameters = z
  .record(
    documentParameterName,
    z.object({
      dynamicPath: z
        .string()
        .min(1)
        .max(1011)
        .regex(/^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_[\]]+)*$/),
    }),
  )
  .refine(most(20), 'has more than 20 parameters');

/** Post-launch actions as launch configurations and templates carry them. */
export const postLaunchActions = z.object({
  deployment: z.enum(['TEST_AND_CUTOVER', 'CUTOVER_ONLY', 'TEST_ONLY']).optional(),
  s3LogBucket: z.string().min(3).max(63).optional(),
  s3OutputKeyPrefix: bounded.optional(),
  cloudWatchLogGroupName: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[.\-_/#A-Za-z0-9]+$/)
    .optional(),
  ssmDocuments: z
    .array(
      z.object({
        actionName: bounded,
        ssmDocumentName: z
          .string()
          .min(3)
          .max(172)
          .regex(/^[A-Za-z0-9/:_.-]+$/),
        timeoutSeconds: z.number().int().min(1).optional(),
        mustSucceedForCutover: z.boolean().optional(),
        parameters: documentParameters.optional(),
        externalParameters: externalParameters.optional(),
      }),
    )
    .max(10)
    .optional(),
});

/** The members that launch configurations and launch templates share. */
export const launchMembers = {
  postLaunchActions: postLaunchActions.optional(),
  enableMapAutoTagging: z.boolean().optional(),
  mapAutoTaggingMpeID: bounded.optional(),
  launchDisposition: z.enum(['STOPPED', 'STARTED']).optional(),
  targetInstanceTypeRightSizingMethod: z.enum(['NONE', 'BASIC']).optional(),
  copyPrivateIp: z.boolean().optional(),
  copyTags: z.boolean().optional(),
  licensing: z.object({ osByol: z.boolean().optional() }).optional(),
  bootMode: bootMode.optional(),
};

/** The members that replication configurations and replication templates share, none of them required. */
export const replicationMembers = {
  stagingAreaSubnetId: z
    .string()
    .max(255)
    .regex(/^subnet-[0-9a-fA-F]{8,}$/)
    .optional(),
  associateDefaultSecurityGroup: z.boolean().optional(),
  replicationServersSecurityGroupsIDs: z
    .array(
      z
        .string()
        .max(255)
        .regex(/^sg-[0-9a-fA-F]{8,}$/),
    )
    .max(32)
    .optional(),
  replicationServerInstanceType: z.string().max(255).optional(),
  useDedicatedReplicationServer: z.boolean().optional(),
  defaultLargeStagingDiskType: z.enum(['GP2', 'ST1', 'GP3']).optional(),
  ebsEncryption: z.enum(['DEFAULT', 'CUSTOM']).optional(),
  ebsEncryptionKeyArn: arn.optional(),
  bandwidthThrottling: z.number().int().min(0).max(10_000).optional(),
  dataPlaneRouting: z.enum(['PRIVATE_IP', 'PUBLIC_IP']).optional(),
  createPublicIP: z.boolean().optional(),
  stagingAreaTags: tags.optional(),
  useFipsEndpoint: z.boolean().optional(),
  internetProtocol: z.enum(['IPV4', 'IPV6']).optional(),
  storeSnapshotOnLocalZone: z.boolean().optional(),
};

/** The members that the two kinds of post-launch action share; `actionID` names it. */
export const actionMembers = {
  actionID: z
    .string()
    .min(1)
    .max(64)
    .regex(/^.*[0-9a-zA-Z]$/),
  actionName: groupName,
  documentIdentifier: bounded,
  order: z.number().int().min(1001).max(10_000),
  documentVersion: z
    .string()
    .regex(/^(\$DEFAULT|\$LATEST|[0-9]+)$/)
    .optional(),
  active: z.boolean().optional(),
  timeoutSeconds: z.number().int().min(1).optional(),
  mustSucceedForCutover: z.boolean().optional(),
  parameters: documentParameters.optional(),
  externalParameters: externalParameters.optional(),
  description: z
    .string()
    .max(256)
    .regex(/^[0-9a-zA-Z ():/.,'\-_#*; ]*$/)
    .optional(),
  category: z
    .enum([
      'DISASTER_RECOVERY',
      'OPERATING_SYSTEM',
      'LICENSE_AND_SUBSCRIPTION',
      'VALIDATION',
      'OBSERVABILITY',
      'REFACTORING',
      'SECURITY',
      'NETWORKING',
      'CONFIGURATION',
      'BACKUP',
      'OTHER',
    ])
    .optional(),
};

/** Builds an operation of MGN that changes something; an answer of undefined is an empty body. */
export function mgnWrite(
  name: string,
  status: 200 | 201 | 202 | 204,
  answer: (call: Call) => JsonObject | undefined,
): Operation {
  return {
    service: 'mgn',
    name,
    method: 'POST',
    path: `/${name}`,
    writes: true,
    status,
    answer: (call) => {
      const body = answer(call);
      return body === undefined ? '' : JSON.stringify(body);
    },
  };
}

/** Builds an operation of MGN that only reads. */
export function mgnRead(name: string, answer: (call: Call) => JsonObject): Operation {
  return {
    service: 'mgn',
    name,
    method: 'POST',
    path: `/${name}`,
    writes: false,
    status: 200,
    answer: (call) => JSON.stringify(answer(call)),
  };
}

/** The body of one page of a listing. */
export function listing(items: readonly JsonObject[], nextToken: string | undefined): JsonObject {
  return { items, ...(nextToken === undefined ? {} : { nextToken }) };
}
