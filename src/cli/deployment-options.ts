import type { ArgsDef } from 'citty';
import type { Arguments } from './arguments.ts';

/** The stage that is meant where none is named. */
export const defaultStage = 'prod';

/** What every command on a deployment takes: which deployment, and as whom. */
export const deploymentOptions = {
  stage: {
    type: 'string',
    valueHint: 'name',
    description: `The deployment's stage; ${defaultStage} by default`,
  },
  region: {
    type: 'string',
    valueHint: 'name',
    description: "The deployment's Region; by default AWS_REGION, else the profile's",
  },
  profile: {
    type: 'string',
    valueHint: 'name',
    description:
      'The AWS profile; by default AWS_PROFILE, else as every AWS tool finds credentials',
  },
  endpoint: {
    type: 'string',
    valueHint: 'url',
    description: 'Another address for all of AWS, e.g. an emulator; as AWS_ENDPOINT_URL',
  },
  json: { type: 'boolean', description: 'Print one JSON object' },
} as const satisfies ArgsDef;

/** Which deployment is meant, and as whom. */
export interface DeploymentRequest {
  readonly stage: string;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly endpoint: string | undefined;
}

/** Reads which deployment is meant. */
export function deploymentRequest(given: Arguments): DeploymentRequest {
  return {
    stage: given.one('stage') ?? defaultStage,
    region: given.one('region'),
    profile: given.one('profile'),
    endpoint: given.one('endpoint'),
  };
}

/** The options of a command that a further command needs too, as words to go after it; empty where none were given. */
export function furtherWords(given: Arguments): string {
  return (['stage', 'region', 'profile', 'endpoint'] as const)
    .flatMap((name) => {
      const value = given.one(name);
      return value === undefined ? [] : [` --${name} ${quoted(value)}`];
    })
    .join('');
}

function quoted(word: string): string {
  return /^[\w:/.@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
