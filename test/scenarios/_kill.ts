// Stops one invocation of a function between two effects, as a process that dies does, and lets everything go on.
import type { DrsApi, Ports, ServiceApi } from '../../src/flow/ports.ts';
import { discovered, inSync } from './_fleet.ts';
import { actsOn, endings, rehearse, type Story, type Told } from './_rehearse.ts';

/** Where the process dies: before the n-th effect of the whole rehearsal, or after it and before its answer. */
export interface Death {
  readonly effect: number;
  readonly when: 'before' | 'after';
}

/** What a dead process looks like to Step Functions. */
class ProcessDied extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** A counter of effects that lets an invocation die at one of them; `around` of a story. */
export class Reaper {
  /** The effects so far: every write, publish, workflow call and service call. */
  effects = 0;
  /** What the process died at, e.g. `poll after store.put requests/…`. */
  diedAt: string | undefined;
  /** The effects before which a death is another one than after the effect before: all else is the same moment. */
  readonly apart = new Set<number>();
  readonly #death: Death | undefined;

  constructor(death?: Death) {
    this.#death = death;
  }

  /** Runs one invocation; once dead it never does anything again. */
  readonly around = async (
    ports: Ports,
    functionName: string,
    run: (ports: Ports) => Promise<unknown>,
  ): Promise<unknown> => {
    const invocation = { dead: false, begun: 0, ended: 0 };
    const effect = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
      const die = (when: Death['when']) => {
        invocation.dead = true;
        this.diedAt = `${functionName} ${when} ${name}`;
        throw new ProcessDied(this.diedAt);
      };
      if (invocation.dead) throw new ProcessDied('already dead');
      this.effects += 1;
      // The first one, and one that does not wait for those before it.
      if (invocation.begun === 0 || invocation.begun > invocation.ended) {
        this.apart.add(this.effects);
      }
      invocation.begun += 1;
      const hit = this.effects === this.#death?.effect ? this.#death.when : undefined;
      if (hit === 'before') die('before');
      const answer = await act().finally(() => {
        invocation.ended += 1;
      });
      if (hit === 'after') die('after');
      return answer;
    };
    const result = await run(mortal(ports, effect));
    // What swallows its own death reports nothing either.
    if (invocation.dead) throw new ProcessDied('already dead');
    return result;
  };
}

/** Two servers, one of each kind, whose way is as short as the whole way can be. */
export const shortStory: Story = {
  fleet: [inSync(1), discovered(2)],
  spec: '{ defaults: { thresholds: { lagSeconds: 7200, sustainedPolls: 1, sustainedSeconds: 0 } }, waves: [{ name: wave-1, servers: { all: true } }] }',
};

/** A story in which nobody dies: what every death is held against. */
export interface Undisturbed {
  readonly story: Story;
  readonly effects: number;
  /** The effects before which a death is not the same as after the effect before. */
  readonly apart: ReadonlySet<number>;
  readonly ends: readonly string[];
  readonly launches: readonly string[];
}

/** Runs a story in which nobody dies, and counts its effects. */
export async function undisturbed(story: Story): Promise<Undisturbed> {
  const reaper = new Reaper();
  const told = await rehearse({ ...story, around: reaper.around });
  const { effects, apart } = reaper;
  return { story, effects, apart, ends: endings(told), launches: launchesOf(told) };
}

/** When to die at an effect: before it only where something happened since the one before it. */
export function momentsAt({ apart }: Pick<Undisturbed, 'apart'>, effect: number): Death['when'][] {
  return apart.has(effect) ? ['before', 'after'] : ['after'];
}

// Between an intent's write and the call nobody but the dead process knows that the call was not made.
const unresolvable = /^poll (after put intents\/|before startJob )/;

/**
 * Runs a story in which a process dies, and says what is wrong with how it ended; nothing where it ended as the
 * story without a death does. Frozen as unresolved is right only where nobody can know whether a launch was made.
 */
export async function wrongAfter(base: Undisturbed, death: Death): Promise<readonly string[]> {
  const reaper = new Reaper(death);
  const told = await rehearse({ ...base.story, around: reaper.around, goOnSeconds: 1800 });
  const place = `${death.effect} ${reaper.diedAt ?? 'nobody died'}`;
  const mayFreeze = unresolvable.test(reaper.diedAt ?? '');
  const frozen = (end: string) => end.endsWith('frozen LaunchUnresolved');
  const ends = endings(told);
  const wrong = ends.filter((end, i) => end !== base.ends[i] && !(mayFreeze && frozen(end)));
  // What is frozen launches less; nothing ever launches more.
  const launches = launchesOf(told).join();
  const sameLaunches = launches === base.launches.join() || ends.some(frozen);
  return [
    ...(reaper.diedAt === undefined ? ['nobody died'] : []),
    ...(told.ended === 'done' && told.running === 0 ? [] : [`ended ${told.ended}`]),
    ...told.leftOver.map((item) => `left over: ${item}`),
    ...told.verdict.violations.map(({ rule, message }) => `${rule}: ${message}`),
    ...wrong,
    ...(sameLaunches ? [] : [`launches: ${launches}`]),
  ].map((text) => `${place}: ${text}`);
}

/** Has a process die so many times in a story, spread over its effects, before one and after the next; says what is wrong then. */
export async function wrongAfterSome(
  base: Undisturbed,
  { first, deaths }: { readonly first: number; readonly deaths: number },
): Promise<readonly string[]> {
  const wrong: string[] = [];
  let when: Death['when'] = 'before';
  for (let effect = first; effect <= base.effects; effect += Math.ceil(base.effects / deaths)) {
    wrong.push(...(await wrongAfter(base, { effect, when })));
    when = when === 'before' ? 'after' : 'before';
  }
  return wrong;
}

/** Which launches were made of each server, and how often. */
function launchesOf(told: Told): readonly string[] {
  return Object.keys(told.ends)
    .sort()
    .flatMap((id) =>
      ['StartTest', 'StartCutover', 'TerminateTargetInstances'].map((operation) => {
        const times = actsOn(told, id).filter((act) => act === operation).length;
        return `${id.slice(-2)} ${operation} ${times}`;
      }),
    );
}

type Effect = <T>(name: string, act: () => Promise<T>) => Promise<T>;

/** The ports with every call an effect, but for the store's reads and the clock. */
function mortal(ports: Ports, effect: Effect): Ports {
  const apis = new Map<ServiceApi, ServiceApi>();
  const ofDrs = new Map<DrsApi, DrsApi>();
  return {
    clock: ports.clock,
    store: mortalCalls(ports.store, effect, (name) => name === 'put' || name === 'delete'),
    bus: mortalCalls(ports.bus, effect),
    workflows: mortalCalls(ports.workflows, effect),
    serviceOf: (target) => {
      const api = ports.serviceOf(target);
      const known = apis.get(api) ?? mortalCalls(api, effect);
      apis.set(api, known);
      return known;
    },
    drsOf: (target) => {
      const api = ports.drsOf(target);
      const known = ofDrs.get(api) ?? mortalCalls(api, effect);
      ofDrs.set(api, known);
      return known;
    },
    settingsOf: (target) => mortalCalls(ports.settingsOf(target), effect),
    drsSettingsOf: (target) => mortalCalls(ports.drsSettingsOf(target), effect),
    hooks: mortalCalls(ports.hooks, effect),
  };
}

/** The same object, each of whose asynchronous calls passes through the effect. */
function mortalCalls<T extends object>(
  port: T,
  effect: Effect,
  counts: (name: string) => boolean = () => true,
): T {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !counts(String(name))) return member;
      return (...asked: readonly unknown[]) =>
        effect([String(name), ...asked.filter((one) => typeof one === 'string')].join(' '), () =>
          Reflect.apply(member, target, asked),
        );
    },
  });
}
