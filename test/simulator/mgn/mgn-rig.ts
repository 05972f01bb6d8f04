import * as sdk from '@aws-sdk/client-mgn';
import type { SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { accountId, faults, region, rig, type Wire } from '../rig.ts';

/** What an exception of a call says of itself. */
export interface Refusal {
  readonly name: string;
  readonly status: number;
  readonly error: Wire;
}

/** A simulator whose operations are called by name through the pinned SDK, in process. */
export function mgnRig(options: Partial<SimulatorOptions> = {}, as = accountId) {
  const r = rig(options);
  const seen = new Map<string, Set<string>>();
  const client = new sdk.MgnClient({
    region,
    credentials: { accessKeyId: as, secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: Wire) => {
        const answer = r.simulator.answer({
          service: 'mgn',
          region,
          accountId: as,
          caller: 'sdk',
          method: request.method,
          path: request.path,
          query: request.query ?? {},
          headers: request.headers,
          body: request.body === undefined ? '' : Buffer.from(request.body).toString(),
        });
        return {
          response: {
            statusCode: answer.status,
            headers: answer.headers,
            body: new TextEncoder().encode(answer.body),
          },
        };
      },
    },
  });
  const commands = sdk as Record<string, Wire>;
  /** Calls an operation; throws what the SDK throws. */
  const send = async (operation: string, input: object = {}): Promise<Wire> => {
    const { $metadata, ...output } = await client.send(new commands[`${operation}Command`](input));
    return { status: $metadata.httpStatusCode, ...output };
  };
  /** Calls an operation that must be refused and answers the exception, checked to be its class. */
  const refusal = async (operation: string, input: object = {}): Promise<Refusal> => {
    try {
      await send(operation, input);
    } catch (error) {
      const { name, $metadata } = error as Wire;
      if (!(error instanceof commands[name])) throw error;
      seen.set(operation, (seen.get(operation) ?? new Set()).add(name));
      return { name, status: $metadata.httpStatusCode, error };
    }
    throw new Error(`${operation} was not refused`);
  };
  const refused = async (operation: string, input: object = {}) =>
    (await refusal(operation, input)).name;
  return { ...r, send, refusal, refused, seen };
}

export const place = { accountId, region };
export { faults };
