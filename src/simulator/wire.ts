import { type JsonObject, parseObject } from './json.ts';
import { operationModel, serviceModels } from './model/service-model.ts';
import { inputProblems } from './model/validate.ts';
import { ec2Refusal } from './operations/ec2-answer.ts';
import type { Operation } from './operations/operation.ts';
import { operationAt, operationNamed } from './operations/registry.ts';
import { stsRefusal } from './operations/sts.ts';
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
  /** Repeated parameters come as a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
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
    case 'sts':
      return decodeQuery(request.service, request);
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
      service === 'ec2' || service === 'sts'
        ? 'text/xml;charset=UTF-8'
        : service === 'servicequotas'
          ? 'application/x-amz-json-1.1'
          : 'application/json',
    'x-amzn-requestid': stamp.requestId,
    date: new Date(stamp.at).toUTCString(),
  };
  if (!refused) return { status: answer.status, headers, body: answer.body };
  const { status } = answer;
  if (service === 'ec2' || service === 'sts') {
    const refusal = service === 'ec2' ? ec2Refusal : stsRefusal;
    const body = refusal(answer.exception, answer.message, stamp.requestId);
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
    { serviceCode: service },
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
  const { service, method, path } = request;
  const found = operationAt(service, method, path);
  const body = request.body === '' ? {} : bodyOf(request.body);
  if (found === undefined || found === 'malformed') {
    const name = path.split('/').filter(Boolean).join('/').slice(0, 256);
    const refusal =
      found === undefined
        ? validation(`Unknown operation ${name}`, 'unknownOperation')
        : validation('The path cannot be decoded', 'cannotParse');
    return { name, input: body ?? {}, operation: undefined, refusal };
  }
  const { operation, pathInput } = found;
  const input = { ...body, ...queryInput(operation, request.query), ...pathInput };
  const refusal =
    body === undefined
      ? validation('The body is not a JSON object', 'cannotParse')
      : modelRefusal(operation, input);
  return { name: operation.name, input, operation, refusal };
}

function modelRefusal(
  { service, name }: Operation,
  input: JsonObject,
): ServiceException | undefined {
  const problems = inputProblems(service, name, input);
  if (problems.length === 0) return undefined;
  const told = problems
    .slice(0, 5)
    .map(
      (problem) => `Value at '${problem.name}' failed to satisfy constraint: ${problem.message}`,
    );
  const counted = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  return validation(`${counted}: ${told.join('; ')}`, 'fieldValidationFailed', problems);
}

function decodeQuery(service: 'ec2' | 'sts', request: WireRequest): Asked {
  const form = Object.fromEntries(new URLSearchParams(request.body));
  const { Action, Version: _version, ...input } = { ...request.query, ...form };
  const name = typeof Action === 'string' ? Action : '';
  const operation = operationNamed(service, name);
  const refusal =
    operation === undefined
      ? new ServiceException(
          'InvalidAction',
          400,
          `The action ${name} is not valid for this web service.`,
        )
      : undefined;
  return { name, input, operation, refusal };
}

function decodeTarget(request: WireRequest): Asked {
  const [, name = ''] = (headerOf(request, 'x-amz-target') ?? '').split('.');
  const body = bodyOf(request.body === '' ? '{}' : request.body);
  const operation = operationNamed('servicequotas', name);
  const refusal =
    operation === undefined
      ? new ServiceException('UnknownOperationException', 400, `Unknown operation ${name}`)
      : body === undefined
        ? new ServiceException('SerializationException', 400, 'The body is not a JSON object')
        : undefined;
  return { name, input: body ?? {}, operation, refusal };
}

function headerOf(request: WireRequest, name: string): string | undefined {
  return Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** How deeply a body may be nested; the models go to nine levels. */
const deepestNesting = 64;

/** Reads a body that must be a JSON object of bounded depth: what is recorded of it is printed again. */
function bodyOf(text: string): JsonObject | undefined {
  if (text.length > 2 * deepestNesting && nestingOf(text) > deepestNesting) return undefined;
  return parseObject(text);
}

function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Reads the members that travel in the query, as text there and as the model's type in the input. */
function queryInput(
  { service, name }: Operation,
  query: Readonly<Record<string, string | readonly string[]>>,
): JsonObject {
  const model = serviceModels.get(service);
  const shape = model?.shapes[operationModel(service, name)?.input ?? ''];
  const input: Record<string, unknown> = {};
  for (const [member, { shape: of, location, locationName }] of Object.entries(
    shape?.members ?? {},
  )) {
    const text = location === 'querystring' ? query[locationName ?? member] : undefined;
    if (text === undefined) continue;
    switch (model?.shapes[of]?.type) {
      case 'list':
        input[member] = typeof text === 'string' ? [text] : text;
        break;
      case 'integer':
      case 'long':
        // What is no number stays text, which the model then refuses.
        input[member] = typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
        break;
      default:
        input[member] = text;
    }
  }
  return input;
}
