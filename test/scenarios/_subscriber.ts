// A subscriber of Landfall's events as anybody could write one: it imports nothing of Landfall, knows docs/events.md,
// and rebuilds from events alone what is on record. Pure: a board and an event give the next board.

/** An event as EventBridge delivers it, as far as a subscriber reads it. */
export interface Delivered {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What is known of one stream: how far it was followed, what came too early, and what it adds up to. */
export interface Followed {
  readonly sequence: number;
  /** Events that came before one of their predecessors, by sequence. */
  readonly early: ReadonlyMap<number, Delivered>;
  readonly state: Readonly<Record<string, unknown>>;
}

/** All that a subscriber knows, by stream. */
export type Board = ReadonlyMap<string, Followed>;

/** A subscriber that has heard nothing yet. */
export const nothingHeard: Board = new Map();

const unheard: Followed = { sequence: 0, early: new Map(), state: {} };

/** Takes one delivery. What was heard before changes nothing; what is early waits for its turn. */
export function receive(board: Board, event: Delivered): Board {
  const stream = String(event.detail['stream']);
  const sequence = Number(event.detail['sequence']);
  const known = board.get(stream) ?? unheard;
  if (sequence <= known.sequence || known.early.has(sequence)) return board;
  const early = new Map([...known.early, [sequence, event]]);
  let followed: Followed = { ...known, early };
  for (let next = early.get(known.sequence + 1); next !== undefined; ) {
    followed = {
      sequence: followed.sequence + 1,
      early,
      state: evolve(stream, followed.state, next),
    };
    early.delete(followed.sequence);
    next = early.get(followed.sequence + 1);
  }
  return new Map([...board, [stream, followed]]);
}

/** Which fact of a server each of these tells; `previous` and `current` are its values. */
export const factOf: Readonly<Record<string, string>> = {
  'Source Server Presence Change': 'present',
  'Source Server Lifecycle State Change': 'lifecycle',
  'Source Server Replication State Change': 'replicationState',
  'Source Server Replication Type Change': 'replicationType',
  'Source Server Stalled Change': 'stalled',
  'Source Server Initiation Step Failed Change': 'failedStep',
  'Source Server Launchable Change': 'launchable',
  'Source Server Lag Band Change': 'lagBand',
  'Source Server Backlog Band Change': 'backlogBand',
  'Source Server First Snapshot Change': 'lastSnapshot',
  'Source Server Initial Sync Change': 'initialSync',
  'Source Server Shipping Cycle Change': 'lastCycleAt',
  'Source Server Agent Stale Change': 'agentStale',
  'Source Server Free Period Change': 'freePeriodUsed',
  'Source Server Instance Health Change': 'instanceHealth',
  'Source Server Post-Launch Actions Change': 'postLaunch',
  'Source Server Launched Instance Change': 'instanceId',
  'Source Server First Boot Change': 'firstBoot',
  'Source Server Archived': 'archived',
};

type State = Followed['state'];

function evolve(stream: string, state: State, event: Delivered): State {
  if (stream.startsWith('mgn/')) return evolveServer(state, event);
  if (stream.startsWith('target/')) return evolveTarget(state, event);
  if (stream.startsWith('job/')) return evolveJob(state, event);
  if (stream.startsWith('wave/')) {
    return stream.split('/').length === 3 ? evolveWave(state, event) : evolveMember(state, event);
  }
  return state;
}

function evolveServer(state: State, { 'detail-type': type, detail }: Delivered): State {
  if (type === 'Source Server Discovered') return { ...facts(detail['facts']) };
  if (type === 'Source Server Launch Result') {
    const told = Array.isArray(state['jobs']) ? state['jobs'] : [];
    return { ...state, jobs: [...told.slice(-9), detail['jobId']] };
  }
  const fact = factOf[type];
  if (fact === undefined) return state;
  if (state[fact] !== detail['previous']) {
    throw new Error(
      `${String(detail['eventId'])}: ${fact} was ${String(detail['previous'])}, not ${String(state[fact])}`,
    );
  }
  return { ...state, [fact]: detail['current'] };
}

function facts(told: unknown): State {
  return typeof told === 'object' && told !== null ? { ...told } : {};
}

const newTarget = {
  unreachable: null as unknown,
  pressure: {} as Readonly<Record<string, unknown>>,
  silentClients: [] as readonly string[],
};

function evolveTarget(before: State, { 'detail-type': type, detail }: Delivered): State {
  const state: typeof newTarget = { ...newTarget, ...before };
  const others = state.silentClients.filter((id) => id !== detail['vcenterClientId']);
  switch (type) {
    case 'Target Unreachable':
      return { ...state, unreachable: detail['kind'] };
    case 'Target Reachable':
      return { ...state, unreachable: null };
    case 'Target Quota Pressure': {
      const { [String(detail['quota'])]: _past, ...rest } = state.pressure;
      const now = detail['current'] === 0 ? {} : { [String(detail['quota'])]: detail['current'] };
      return { ...state, pressure: { ...rest, ...now } };
    }
    case 'Target vCenter Client Silent':
      return { ...state, silentClients: [...others, String(detail['vcenterClientId'])].sort() };
    case 'Target vCenter Client Back':
    case 'Target vCenter Client Removed':
      return { ...state, silentClients: others };
    default:
      return state;
  }
}

function evolveJob(state: State, { 'detail-type': type, detail }: Delivered): State {
  switch (type) {
    case 'Job Started':
      return { counts: detail['counts'], ended: false };
    case 'Job Progress Change':
      return { ended: false, counts: detail['current'] };
    case 'Job Ended':
      return { counts: detail['counts'], ended: true };
    default:
      return state;
  }
}

function evolveWave(state: State, { 'detail-type': type, detail }: Delivered): State {
  switch (type) {
    case 'Wave Started':
      return { servers: detail['servers'], held: null, concluded: false };
    case 'Wave Held':
      return { ...state, held: detail['reason'] };
    case 'Wave Resumed':
      return detail['ended'] === 'pause' ? state : { ...state, held: null };
    case 'Wave Concluded':
      return { ...state, concluded: true };
    default:
      return state;
  }
}

const newMember = {
  results: [] as readonly unknown[],
  healthy: null,
  signedOff: null,
  outcome: null,
};

function evolveMember(before: State, { 'detail-type': type, detail }: Delivered): State {
  const state: typeof newMember & State = { ...newMember, ...before };
  switch (type) {
    case 'Wave Server Phase Ended': {
      const { phase, attempt, status } = detail;
      return { ...state, results: [...state.results, { phase, attempt, status }] };
    }
    case 'Wave Server Healthy':
      return { ...state, healthy: detail['instanceId'] };
    case 'Wave Server Signed Off':
      return { ...state, signedOff: detail['instanceId'] };
    case 'Wave Server Outcome':
      return { ...state, outcome: detail['outcome'] };
    default:
      return state;
  }
}
