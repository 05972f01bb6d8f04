import * as drs from '@aws-sdk/client-drs';
import * as mgn from '@aws-sdk/client-mgn';
import type { Wire } from '../simulator/rig.ts';
import type { Driver } from './botocore.ts';

/** A call for either client to make. */
export interface Request {
  readonly service: Service;
  readonly operation: string;
  readonly input: object;
  readonly port: number;
  readonly account: string;
  readonly region: string;
  /** Whether the client checks the input against its own model first, where it can. */
  readonly validate: boolean;
}

/** What came of a call. */
export interface Answer {
  /** `success`, or the name of the exception. */
  readonly outcome: string;
  readonly status: number;
  /** The body as it was sent. */
  readonly output: Wire;
  /** Where the answer is not what botocore's service model says, or was not read whole. */
  readonly breaches: readonly string[];
  /** Names of known deviations that it shows. */
  readonly deviations: readonly string[];
}

/** A service that the suite drives. */
export type Service = 'mgn' | 'drs';
/** A client of AWS that we did not write. */
export type ClientName = 'JS SDK' | 'botocore';
/** Makes calls over HTTP with one client and has every answer judged. */
export interface Client {
  readonly name: ClientName;
  readonly call: (request: Request) => Promise<Answer>;
}

/** The Python client. */
export function botocore(driver: Driver): Client {
  return {
    name: 'botocore',
    call: async (request) => JSON.parse(await driver.ask({ act: 'call', ...request })),
  };
}

const sdks: Readonly<Record<Service, Wire>> = { mgn, drs };

/** The pinned JavaScript client; its answers are judged by the same checker. */
export function jsSdk(driver: Driver): Client {
  const clients = new Map<string, Wire>();
  let raw: { status: number; headers: Record<string, string>; body: string } | undefined;
  const clientOf = ({ service, port, account, region }: Request) => {
    const key = `${service} ${port} ${account} ${region}`;
    const known = clients.get(key);
    if (known !== undefined) return known;
    const Client = service === 'mgn' ? mgn.MgnClient : drs.DrsClient;
    const client: Wire = new Client({
      region,
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: account, secretAccessKey: 'none' },
      maxAttempts: 1,
    });
    // Between the HTTP handler and the deserialiser, so that the body is seen as it was sent.
    client.middlewareStack.add(
      (next: Wire) => async (args: Wire) => {
        const result = await next(args);
        const parts: Uint8Array[] = [];
        for await (const part of result.response.body) parts.push(part);
        const body = Buffer.concat(parts);
        const { statusCode: status, headers } = result.response;
        raw = { status, headers, body: body.toString() };
        result.response.body = new Uint8Array(body);
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'keepRawAnswer' },
    );
    clients.set(key, client);
    return client;
  };
  return {
    name: 'JS SDK',
    call: async (request) => {
      const { service, operation, input } = request;
      const sdk = sdks[service];
      raw = undefined;
      let read: Wire;
      let thrown: Wire;
      try {
        read = await clientOf(request).send(new sdk[`${operation}Command`](input));
      } catch (error) {
        thrown = error;
      }
      if (raw === undefined) throw new Error(`${operation} got no answer`, { cause: thrown });
      const judged = JSON.parse(
        await driver.ask({ act: 'check', service, operation, ...(raw as object) }),
      ) as Answer;
      const unread =
        thrown === undefined
          ? lost(judged.output, read, operation)
          : classBreaches(sdk, thrown, judged.outcome, operation);
      const newer = unread.filter((one) => newerThanSdk.test(one));
      return {
        ...judged,
        breaches: [...judged.breaches, ...unread.filter((one) => !newer.includes(one))],
        deviations: [...judged.deviations, ...(newer.length > 0 ? ['newer-than-sdk'] : [])],
      };
    },
  };
}

// Members that MGN has got since the pinned SDK was made.
const newerThanSdk =
  /^(?:(?:StartImport\.importTask|StartExport\.exportTask)|List(?:Im|Ex)ports\.items\.\d+)\.(?:arn|tags) is not read/;

function classBreaches(sdk: Wire, thrown: Wire, outcome: string, operation: string): string[] {
  const Class = sdk[outcome];
  return Class !== undefined && thrown instanceof Class
    ? []
    : [`${operation}: the SDK throws ${thrown.name}, the answer says ${outcome}`];
}

/** Members that were sent and that the client did not read. */
function lost(sent: Wire, read: Wire, at: string): string[] {
  if (typeof sent !== 'object' || sent === null) return [];
  if (typeof read !== 'object' || read === null) return [`${at} is not read by the SDK`];
  return Object.entries(sent).flatMap(([name, value]) =>
    read[name] === undefined
      ? [`${at}.${name} is not read by the SDK`]
      : lost(value, read[name], `${at}.${name}`),
  );
}
