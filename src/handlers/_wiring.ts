// The only reader of the environment and the only chooser of adapters for the deployed functions. The local runtime
// binds its own deployment around each invocation instead.
import { AsyncLocalStorage } from 'node:async_hooks';
import * as z from 'zod';
import { createClients } from '../adapters/aws/clients.ts';
import { createDynamoDbStore } from '../adapters/aws/dynamodb-store.ts';
import { createEventBridgeBus } from '../adapters/aws/event-bridge-bus.ts';
import { createMgnApi } from '../adapters/aws/mgn-api.ts';
import { createStepFunctions } from '../adapters/aws/step-functions.ts';
import { systemClock } from '../adapters/aws/system-clock.ts';
import { type Target, targetName } from '../core/target.ts';
import type { Ports, ServiceApi } from '../flow/ports.ts';

/** What a deployment gives to its functions. */
export interface Deployment {
  readonly ports: Ports;
  /** The targets that the schedule polls. */
  readonly targets: readonly Target[];
  readonly waveMachineArn: string;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

const bound = new AsyncLocalStorage<Deployment>();

/** Runs something with another deployment than the environment's: the local runtime's way in. */
export function withDeployment<T>(deployed: Deployment, run: () => T): T {
  return bound.run(deployed, run);
}

let deployedToAws: Deployment | undefined;

/** The deployment that this invocation belongs to. */
export function deployment(): Deployment {
  const local = bound.getStore();
  if (local !== undefined) return local;
  deployedToAws ??= fromEnvironment(process.env);
  return deployedToAws;
}

const targetText = z.string().regex(/^mgn:\d{12}:[a-z]{2}(-[a-z]+)+-\d$/, {
  error: 'is no target like mgn:111122223333:eu-central-1',
});

const Environment = z.object({
  AWS_REGION: z.string().min(1),
  LANDFALL_TABLE: z.string().min(1),
  LANDFALL_BUS: z.string().min(1),
  LANDFALL_WAVE_MACHINE: z.string().min(1),
  LANDFALL_TARGETS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(targetText)),
  LANDFALL_ENDPOINT_MGN: z.string().default(''),
});

function fromEnvironment(environment: NodeJS.ProcessEnv): Deployment {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
    throw new Error(`the environment is incomplete: ${problems.join('; ')}`);
  }
  const settings = parsed.data;
  const own = createClients({ region: settings.AWS_REGION });
  const apis = new Map<string, ServiceApi>();
  const log = (line: Readonly<Record<string, unknown>>) => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const serviceOf = (target: Target): ServiceApi => {
    const name = targetName(target);
    const known = apis.get(name);
    if (known !== undefined) return known;
    const api = createMgnApi(
      createClients({
        region: target.region,
        ...(settings.LANDFALL_ENDPOINT_MGN === ''
          ? {}
          : { endpoint: settings.LANDFALL_ENDPOINT_MGN }),
      }),
    );
    apis.set(name, api);
    return api;
  };
  return {
    ports: {
      clock: systemClock,
      store: createDynamoDbStore(own.dynamodb(), settings.LANDFALL_TABLE),
      bus: createEventBridgeBus(own.eventBridge(), {
        busName: settings.LANDFALL_BUS,
        onRefusal: (refusal) => log({ level: 'error', bus: settings.LANDFALL_BUS, refusal }),
      }),
      workflows: createStepFunctions(own.stepFunctions()),
      serviceOf,
    },
    targets: settings.LANDFALL_TARGETS.map(readTarget),
    waveMachineArn: settings.LANDFALL_WAVE_MACHINE,
    log,
  };
}

/** Reads a target's name; the partition follows from the Region. */
function readTarget(name: string): Target {
  const [, accountId = '', region = ''] = name.split(':');
  const partition = region.startsWith('us-gov-')
    ? 'aws-us-gov'
    : region.startsWith('cn-')
      ? 'aws-cn'
      : 'aws';
  return { partition, service: 'mgn', accountId, region };
}
