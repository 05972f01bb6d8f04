// In: a bundle and an event. Out: how long a fresh process takes from its start to the first handled event, and what
// came of it. The process does what Lambda's runtime does at a cold start: imports the handler, fetches the event from
// the runtime API over HTTP, calls the handler and posts its answer there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as z from 'zod';

/** What the first call of a fresh process came to. */
export interface FirstCall {
  /** From the start of the process to the arrival of the answer. */
  readonly ms: number;
  /** What it cost the processor, from the start of the process to the answer. */
  readonly cpuMs: number;
  readonly outcome: Outcome;
  /** What the function logged. */
  readonly stdout: string;
}

const Outcome = z.union([
  z.object({ result: z.unknown() }),
  z.object({ name: z.string(), message: z.string(), stack: z.string() }),
]);

/** The result, or the error that the handler threw. */
export type Outcome = z.infer<typeof Outcome>;

const version = '/2018-06-01/runtime/invocation';

// An import of node:http would load the WebSocket client, and make the empty handler look slow.
const runtime = `
  const { request } = process.getBuiltinModule('node:http');
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const ask = (method, path, body, headers) => new Promise((resolve, reject) => {
    const asked = request({ host, port, method, path: '${version}' + path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => { text += part; });
      answer.on('end', () => resolve({ id: answer.headers['lambda-runtime-aws-request-id'], text }));
    });
    asked.on('error', reject).end(body);
  });
  const { handler } = await import(process.argv[1]);
  const { id, text } = await ask('GET', '/next');
  const context = { functionName: 'f', awsRequestId: id, getRemainingTimeInMillis: () => 60000 };
  let outcome;
  try {
    outcome = { result: (await handler(JSON.parse(text), context)) ?? null };
  } catch ({ name, message, stack }) {
    outcome = { name, message, stack };
  }
  const { user, system } = process.cpuUsage();
  const headers = { 'x-cpu-ms': (user + system) / 1000 };
  await ask('POST', '/' + id + '/response', JSON.stringify(outcome), headers);
  process.exit();
`;

/** Starts a process of this very Node with nothing but this environment, and calls the bundle once. */
export async function firstCall(
  bundle: string,
  event: unknown,
  environment: Readonly<Record<string, string>>,
): Promise<FirstCall> {
  let answeredAt = 0;
  let answer = '';
  let cpuMs = 0;
  const api = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.setHeader('lambda-runtime-aws-request-id', 'first');
      response.end(JSON.stringify(event));
      return;
    }
    for await (const part of request) answer += String(part);
    answeredAt = performance.now();
    cpuMs = Number(request.headers['x-cpu-ms']);
    response.statusCode = 202;
    response.end();
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const address = api.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const began = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', runtime, bundle], {
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${String(port)}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => {
    stdout += String(part);
  });
  child.stderr.on('data', (part) => {
    stderr += String(part);
  });
  const [code] = await once(child, 'close');
  api.closeAllConnections();
  api.close();
  if (code !== 0 || answeredAt === 0) {
    throw new Error(`${bundle} ended with ${String(code)} and no answer: ${stderr}`);
  }
  return { ms: answeredAt - began, cpuMs, outcome: Outcome.parse(JSON.parse(answer)), stdout };
}
