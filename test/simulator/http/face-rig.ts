import { request } from 'node:http';
import { connect } from 'node:net';
import { LogRing } from '../../../src/simulator/http/log-ring.ts';
import { RecordedSimulator } from '../../../src/simulator/http/recorded-simulator.ts';
import { RecordingStore } from '../../../src/simulator/http/recording-store.ts';
import { type Limits, openFace } from '../../../src/simulator/http/server.ts';
import { type Pace, VirtualClock } from '../../../src/simulator/http/virtual-clock.ts';
import { noFaults, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { accountId, region, startAt, type Wire } from '../rig.ts';

export const scope = (service: string, key = accountId, inRegion = region) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20240304/${inRegion}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** A simulator on a free loopback port, with ways to talk to it. */
export async function face(
  options: Partial<SimulatorOptions> = {},
  more: {
    pace?: Pace;
    wall?: () => number;
    limits?: Partial<Limits>;
    state?: string;
    host?: string;
  } = {},
) {
  const store = new RecordingStore(more.state);
  const events = new LogRing();
  const calls = new LogRing();
  const defects: unknown[] = [];
  const simulator = new RecordedSimulator(
    store,
    { fleet: [], vcenterClients: [], faults: noFaults, seed: 7, startAt, ...options },
    { onCall: (record) => calls.add(record), onEvent: (event) => events.add(event) },
  );
  const clock = new VirtualClock(more.pace ?? 'manual', more.wall ?? (() => 0), simulator.now);
  const opened = await openFace({
    simulator,
    clock,
    events,
    calls,
    host: more.host ?? '127.0.0.1',
    port: 0,
    defaultAccount: accountId,
    ...(more.limits === undefined ? {} : { limits: more.limits }),
    onDefect: (error) => defects.push(error),
  });
  const { port } = opened;
  const send = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: string | Buffer = '',
  ): Promise<{ status: number; headers: Record<string, string>; body: Wire; text: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, method, path, headers, agent: false },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(parts).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers as Record<string, string>,
              body: text.startsWith('{') ? JSON.parse(text) : {},
              text,
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const call = (operation: string, input: unknown = {}, key = accountId, service = 'mgn') =>
    send(
      'POST',
      `/${operation}`,
      { authorization: scope(service, key), 'content-type': 'application/json' },
      typeof input === 'string' ? input : JSON.stringify(input),
    );
  const control = (method: string, name: string, body: unknown = '') =>
    send(method, `/_landfall/${name}`, {}, typeof body === 'string' ? body : JSON.stringify(body));
  /** Writes raw bytes and answers all that comes back until the other side hangs up. */
  const raw = (bytes: string | Buffer, waitMs = 5000): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      const done = () => {
        clearTimeout(timer);
        socket.destroy();
        resolve(answer);
      };
      const timer = setTimeout(done, waitMs);
      socket.on('data', (part) => {
        answer += part.toString('latin1');
      });
      socket.on('close', done).on('error', done);
      socket.write(bytes);
    });
  const close = async () => {
    await opened.close();
    simulator.note();
    store.close();
  };
  return { simulator, store, port, send, call, control, raw, close, defects, events, calls };
}
