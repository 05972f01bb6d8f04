// What the commands on events ask of AWS beyond a deployment's ports: taps and replays. It reads the environment as
// src/cli/_wiring-aws.ts does.
import { type ClientSettings, createEventBridgeClient } from '../../adapters/aws/clients.ts';
import { replayState, rulesOf, startReplay } from '../../adapters/aws/event-replay.ts';
import { createSqsClient, openEventTap, uniqueEnding } from '../../adapters/aws/event-tap.ts';
import { openSession } from '../../adapters/aws/operator-clients.ts';
import type { Answer } from '../../flow/ports.ts';
import type { DeploymentRequest } from '../deployment-options.ts';

/** What of EventBridge and SQS the commands on events use. */
export type EventTools = ReturnType<typeof toolsOf>;

/** Opens a session for a request whose deployment was opened, so that nothing of it can be wrong. */
export async function openEventTools(request: DeploymentRequest): Promise<Answer<EventTools>> {
  const { region, profile, endpoint } = request;
  const endpointOf = (serviceId: string): string | undefined => {
    // biome-ignore lint/style/noProcessEnv: a wiring reads the environment
    const env = process.env;
    const own = env[`AWS_ENDPOINT_URL_${serviceId.toUpperCase()}`];
    return [own, endpoint, env['AWS_ENDPOINT_URL']].find((one) => one !== undefined && one !== '');
  };
  const session = await openSession({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    endpointOf,
  });
  if (!session.ok) return session;
  const settingsOf = (serviceId: string): ClientSettings => {
    const address = endpointOf(serviceId);
    const { credentials } = session.value;
    const own = { region: session.value.region, credentials };
    return address === undefined ? own : { ...own, endpoint: address };
  };
  return { ok: true, value: toolsOf(settingsOf('EventBridge'), settingsOf('SQS')) };
}

function toolsOf(eventBridgeSettings: ClientSettings, sqsSettings: ClientSettings) {
  const eventBridge = createEventBridgeClient(eventBridgeSettings);
  const sqs = createSqsClient(sqsSettings);
  return {
    uniqueEnding,
    tap: (settings: Parameters<typeof openEventTap>[1]) =>
      openEventTap({ eventBridge, sqs }, settings),
    rules: (bus: string) => rulesOf(eventBridge, bus),
    startReplay: (order: Parameters<typeof startReplay>[1]) => startReplay(eventBridge, order),
    replayState: (name: string) => replayState(eventBridge, name),
    close: () => {
      eventBridge.destroy();
      sqs.destroy();
    },
  };
}
