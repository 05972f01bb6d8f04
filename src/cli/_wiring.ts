// The only place of the CLI that picks adapters: it puts the simulator behind the AWS SDK, the embedded store behind
// the store's port, and binds the deployed handlers to them.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as z from 'zod';
import { type Clients, createClients, operatorAgent } from '../adapters/aws/clients.ts';
import { createDrsApi } from '../adapters/aws/drs-api.ts';
import { createDrsServerSettings } from '../adapters/aws/drs-server-settings.ts';
import { createDrsSettingsApi } from '../adapters/aws/drs-settings-api.ts';
import { InProcessSigner, inProcessTransport } from '../adapters/aws/in-process-transport.ts';
import { createMgnApi } from '../adapters/aws/mgn-api.ts';
import { createSettingsApi } from '../adapters/aws/settings-api.ts';
import { onceATarget } from '../adapters/aws/target-access.ts';
import { openSqliteStore } from '../adapters/sqlite/sqlite-store.ts';
import { parseRemedies } from '../core/remedy.ts';
import type { Target } from '../core/target.ts';
import { drsLimitsOf, parseTargetList } from '../core/target-list.ts';
import type {
  DrsApi,
  DrsServerSettingsApi,
  DrsSettingsApi,
  Ports,
  ServiceApi,
  SettingsApi,
} from '../flow/ports.ts';
import { type Deployment as HandlerDeployment, withDeployment } from '../handlers/_wiring.ts';
import type { Deployment } from '../runtime/deployment.ts';
import type { Simulator } from '../simulator/simulator.ts';

/** The root of the project, where serverless.yml lies. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The services of every target of MGN, answered by a simulator in this process through the AWS SDK. */
export function simulatedServices(simulator: Simulator): (target: Target) => ServiceApi {
  return onceATarget((target) => createMgnApi(simulatedClients(simulator, target)));
}

/** The services of every target of DRS, answered in the same way. */
export function simulatedDrs(simulator: Simulator): (target: Target) => DrsApi {
  return onceATarget((target) => createDrsApi(simulatedClients(simulator, target)));
}

/** What the settings of every target of MGN are read and set by, answered in the same way. */
export function simulatedSettings(
  simulator: Simulator,
  caller: 'person' | 'function' = 'person',
): (target: Target) => SettingsApi {
  const agent = caller === 'person' ? operatorAgent : undefined;
  return onceATarget((target) => createSettingsApi(simulatedClients(simulator, target, agent)));
}

/** What the settings of every target of DRS are read and set by, answered in the same way. */
export function simulatedDrsSettings(simulator: Simulator): (target: Target) => DrsSettingsApi {
  return onceATarget((target) =>
    createDrsSettingsApi(simulatedClients(simulator, target, operatorAgent)),
  );
}

/** What waves set servers of DRS by, answered in the same way. */
export function simulatedDrsServers(
  simulator: Simulator,
): (target: Target) => DrsServerSettingsApi {
  return onceATarget((target) => createDrsServerSettings(simulatedClients(simulator, target)));
}

function simulatedClients(simulator: Simulator, target: Target, userAgent?: string): Clients {
  return createClients({
    region: target.region,
    // Without an address the SDK reads this machine's AWS profile for one, at every call.
    endpoint: 'https://simulator.invalid',
    requestHandler: inProcessTransport((request) => simulator.answer(request)),
    credentials: { accessKeyId: target.accountId, secretAccessKey: 'none' },
    signerConstructor: InProcessSigner,
    ...(userAgent === undefined ? {} : { userAgent }),
  });
}

/** An embedded store in memory. */
export function embeddedStore(): Ports['store'] & { readonly close: () => void } {
  return openSqliteStore();
}

/** How stalled replications are mended, as the environment of the deployed function says. */
export function remediesOf(deployment: Deployment): HandlerDeployment['remedies'] {
  const deployed = deployment.functions.find(({ name }) => name === 'remedy');
  return parseRemedies(deployed?.environment['LANDFALL_REMEDIES'] ?? '');
}

/** How often a deployment looks at everything, and what it calls amiss, as the environment of its poller says. */
export function watchOf(
  deployment: Deployment,
): Pick<HandlerDeployment, 'watchSeconds' | 'settingsSeconds' | 'drsLimitsOf'> {
  const deployed = deployment.functions.find(({ name }) => name === 'poll')?.environment ?? {};
  const list = parseTargetList(deployed['LANDFALL_TARGETS'] ?? '');
  return {
    watchSeconds: secondsIn(deployed['LANDFALL_WATCH_SECONDS']),
    settingsSeconds: secondsIn(deployed['LANDFALL_SETTINGS_SECONDS']),
    drsLimitsOf: drsLimitsOf(list.ok ? list.targets : []),
  };
}

function secondsIn(text: string | undefined): number | undefined {
  const seconds = Number.parseInt(text ?? '', 10);
  return Number.isNaN(seconds) ? undefined : seconds;
}

const Handler = z.object({
  handler: z.custom<(event: unknown, context: unknown) => Promise<unknown>>(
    (value) => typeof value === 'function',
  ),
});

/**
 * Loads the handlers by the paths that serverless.yml names, and answers how to call one: with the same event that
 * Lambda would give it, bound to this deployment.
 */
export async function loadHandlers(
  deployment: Deployment,
): Promise<(bound: HandlerDeployment, name: string, payload: unknown) => Promise<unknown>> {
  const handlers = new Map<string, (event: unknown, context: unknown) => Promise<unknown>>();
  for (const { name, handler } of deployment.functions) {
    const file = join(projectRoot, `${handler.replace(/\.\w+$/, '')}.ts`);
    const module: unknown = await import(pathToFileURL(file).href);
    handlers.set(name, Handler.parse(module).handler);
  }
  return async (bound, name, payload) => {
    const handler = handlers.get(name);
    if (handler === undefined) throw new Error(`serverless.yml has no function ${name}`);
    return withDeployment(bound, () => handler(payload, lambdaContext(name)));
  };
}

/** What middy reads of a Lambda context. */
function lambdaContext(name: string): Readonly<Record<string, unknown>> {
  return { functionName: name, awsRequestId: 'local', getRemainingTimeInMillis: () => 300_000 };
}

export type { HandlerDeployment };
