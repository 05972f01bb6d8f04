import { isJsonObject, type JsonObject, parseObject } from './json.ts';
import { ec2Refusal } from './operations/ec2.ts';
import type { Operation } from './operations/operation.ts';
import { operationAt, operationNamed } from './operations/registry.ts';
import { ServiceException, validation } from './service-exception.ts';

/** A signed request as it left the client, with what its credentials and user agent say of the caller. */
export interface WireRequest {
  /** The SigV4 signing name: mgn, ec2, servicequotas. */
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a request. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The call took effect but the caller must never hear of it: the transport cuts the connection. */
  readonly answerLost?: true;
}

/** What a request asks for: an operation with its input, or why there is none. */
export interface Asked {
  readonly name: string;
  readonly input: JsonObject;
  readonly operation: Operation | undefined;
  readonly refusal: ServiceException | undefined;
}

/** Reads what a request asks for, by the protocol of its service. */
export function decode(request: WireRequest): Asked {
  switch (request.service) {
    case 'ec2':
      return decodeQuery(request);
    case 'servicequotas':
      return decodeTarget(request);
    default:
      return decodeRest(request);
  }
}

/** Puts a body or a refusal into the form of the service, with the virtual time as its date. */
export function encode(
  service: string,
  answer: { readonly status: number; readonly body: string } | ServiceException,
  stamp: { readonly requestId: string; readonly at: number },
): WireResponse {
  const refused = answer instanceof ServiceException;
  const headers = {
    'content-type':
      service === 'ec2'
        ? 'text/xml;charset=UTF-8'
        : service === 'servicequotas'
          ? 'application/x-amz-json-1.1'
          : 'application/json',
    'x-amzn-requestid': stamp.requestId,
    date: new Date(stamp.at).toUTCString(),
  };
  if (!refused) return { status: answer.status, headers, body: answer.body };
  const { status } = answer;
  if (service === 'ec2') {
    const body = ec2Refusal(answer.exception, answer.message, stamp.requestId);
    return { status, headers: { ...headers, ...answer.headers }, body };
  }
  return {
    status,
    headers: { ...headers, 'x-amzn-errortype': answer.exception, ...answer.headers },
    body: JSON.stringify({
      ...(service === 'servicequotas'
        ? { __type: answer.exception, Message: answer.message }
        : { message: answer.message, code: answer.exception }),
      ...answer.members,
    }),
  };
}

/** Answers the exception of a throttled call in the form of its service. */
export function throttled(service: string, retryAfterSeconds: number): ServiceException {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  if (service === 'ec2') {
    return new ServiceException(
      'RequestLimitExceeded',
      503,
      'Request limit exceeded.',
      {},
      headers,
    );
  }
  if (service === 'servicequotas') {
    return new ServiceException('TooManyRequestsException', 400, 'Too many requests', {}, headers);
  }
  return new ServiceException(
    'ThrottlingException',
    429,
    'Rate exceeded',
    { serviceCode: 'mgn' },
    headers,
  );
}

/** Answers the exception of a call that broke inside the service. */
export function brokenInside(service: string): ServiceException {
  if (service === 'ec2') {
    return new ServiceException('InternalError', 500, 'An internal error has occurred');
  }
  const name = service === 'servicequotas' ? 'ServiceException' : 'InternalServerException';
  return new ServiceException(name, 500, 'An internal error has occurred');
}

function decodeRest(request: WireRequest): Asked {
  const found = operationAt(request.service, request.method, request.path);
  const name = found?.operation.name ?? request.path.split('/').filter(Boolean).join('/');
  const body = request.body === '' ? {} : parseObject(request.body);
  const input = { ...numbered(request.query), ...body, ...found?.pathInput };
  if (found === undefined) {
    const refusal = validation(`Unknown operation ${name}`, 'unknownOperation');
    return { name, input, operation: undefined, refusal };
  }
  const refusal =
    body === undefined ? validation('The body is not a JSON object', 'cannotParse') : undefined;
  return { name, input, operation: found.operation, refusal };
}

function decodeQuery(request: WireRequest): Asked {
  const form = Object.fromEntries(new URLSearchParams(request.body));
  const { Action = '', Version: _version, ...input } = { ...request.query, ...form };
  const operation = operationNamed('ec2', Action);
  const refusal =
    operation === undefined
      ? new ServiceException(
          'InvalidAction',
          400,
          `The action ${Action} is not valid for this web service.`,
        )
      : undefined;
  return { name: Action, input, operation, refusal };
}

function decodeTarget(request: WireRequest): Asked {
  const [, name = ''] = (headerOf(request, 'x-amz-target') ?? '').split('.');
  const body = parseObject(request.body === '' ? '{}' : request.body);
  const operation = operationNamed('servicequotas', name);
  const refusal =
    operation === undefined
      ? new ServiceException('UnknownOperationException', 400, `Unknown operation ${name}`)
      : body === undefined
        ? new ServiceException('SerializationException', 400, 'The body is not a JSON object')
        : undefined;
  return { name, input: isJsonObject(body) ? body : {}, operation, refusal };
}

function headerOf(request: WireRequest, name: string): string | undefined {
  return Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

// maxResults travels as text in a query and is a number in the model.
function numbered(query: Readonly<Record<string, string>>): JsonObject {
  const { maxResults, ...rest } = query;
  return maxResults === undefined ? rest : { ...rest, maxResults: Number(maxResults) };
}
