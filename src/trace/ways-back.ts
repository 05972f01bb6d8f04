import { type Call, type Told, type Trace, textOf } from './trace.ts';
import { EventType } from './vocabulary.ts';

/** The way back of a server: from which recovery instance, and by which source server of the opposite direction. */
export interface WayBack {
  /** The server that fails back, as `ACCOUNT/REGION/SERVER`. */
  readonly server: string;
  readonly wave: string | undefined;
  readonly instanceId: string | undefined;
  /** The key of the reversed source server; undefined where a failback client brings the server back. */
  readonly reversed: string | undefined;
}

/** The ways back that were told, each once. */
export function waysBack(trace: Trace): readonly WayBack[] {
  const ways = new Map<string, WayBack>();
  for (const event of trace.told) {
    if (event.type !== EventType.FailbackStep || event.server === undefined) continue;
    const instanceId = textOf(event.detail, 'instanceId');
    const reversed = keyIn(textOf(event.detail, 'reversedArn'));
    const { server, wave } = event;
    ways.set(`${server} ${instanceId}`, { server, wave, instanceId, reversed });
  }
  return [...ways.values()];
}

function keyIn(arn: string | undefined): string | undefined {
  const [, , , region, account, resource] = arn?.split(':') ?? [];
  const id = resource?.split('/')[1];
  return id === undefined ? undefined : `${account}/${region}/${id}`;
}

/** Whether a server stands failed back at the moment of a call: its failback succeeded, and was not taken back since. */
export function isBack(trace: Trace, { server }: WayBack, { ms }: Pick<Call, 'ms'>): boolean {
  const last = endsOf(trace, server).findLast(
    (event) =>
      event.ms <= ms && ['failback', 'rollback'].includes(textOf(event.detail, 'phase') ?? ''),
  );
  return (
    textOf(last?.detail, 'phase') === 'failback' && textOf(last?.detail, 'status') === 'succeeded'
  );
}

/** Whether somebody has let a server leave what it was recovered on, and it stands failed back. */
export function hasLeft(trace: Trace, way: WayBack, call: Call): boolean {
  const approved = (trace.waves.get(way.wave ?? '') ?? []).some(
    (event) =>
      event.type === EventType.ApprovalGiven &&
      event.ms <= call.ms &&
      textOf(event.detail, 'phase') === 'vacate',
  );
  return approved && isBack(trace, way, call);
}

/** Whether a failed-back instance may be taken away: its failback has failed, or its rollback was ordered, and nothing protects it yet. */
export function isTakenHome(trace: Trace, { server }: WayBack, { ms }: Call): boolean {
  const failed = endsOf(trace, server).some(
    (event) =>
      event.ms <= ms &&
      textOf(event.detail, 'phase') === 'failback' &&
      textOf(event.detail, 'status') !== 'succeeded',
  );
  const ordered = trace.told.some(
    (event) =>
      event.type === EventType.OrderGiven &&
      event.ms <= ms &&
      textOf(event.detail, 'order') === 'rollback',
  );
  const isProtected = (trace.servers.get(server)?.told ?? []).some(
    (event) =>
      event.type === EventType.FailbackStep &&
      event.ms <= ms &&
      textOf(event.detail, 'step') === 'reprotected',
  );
  return (failed || ordered) && !isProtected;
}

/** The ends of the phases of a server, in order. */
function endsOf(trace: Trace, server: string): readonly Told[] {
  const told = trace.servers.get(server)?.told ?? [];
  return told.filter(({ type }) => type === EventType.PhaseEnded);
}
