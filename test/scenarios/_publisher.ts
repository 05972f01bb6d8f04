// Lets whatever publishes die at it: before the bus has taken anything, when it has taken some, or when it has taken all
// and nobody has noted so.
import type { Ports } from '../../src/flow/ports.ts';
import { fivePercent } from './_delivery.ts';
import { rehearse, type Story } from './_rehearse.ts';
import { Witness } from './_witness.ts';

/** Where a publisher dies: at its n-th publication, when the bus has taken this share of it. */
export interface PublisherDeath {
  readonly nth: number;
  readonly accepted: number;
}

/** The moments of one publication at which it may end: before, in the midst, and after. */
export const atEachPublish: readonly number[] = [0, 0.5, 1];

/** What a dead process looks like to Step Functions. */
class PublisherDied extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** Kills the publications that are chosen by their number; counts them, and the deaths. */
export function publisherDies(chosen: (nth: number) => boolean, accepted: number) {
  const dies = { publications: 0, deaths: 0 };
  const around = async (
    ports: Ports,
    _name: string,
    run: (ports: Ports) => Promise<unknown>,
  ): Promise<unknown> => {
    let dead = false;
    const alive = <T>(act: () => Promise<T>): Promise<T> => {
      if (dead) throw new PublisherDied('already dead');
      return act();
    };
    const { store, bus } = ports;
    const mortal: Ports = {
      ...ports,
      // Only what is left to do after a publication can still be done wrong.
      store: {
        get: (partition, sort) => alive(() => store.get(partition, sort)),
        getMany: (partition, sorts) => alive(() => store.getMany(partition, sorts)),
        list: (partition, prefix) => alive(() => store.list(partition, prefix)),
        put: (...asked) => alive(() => store.put(...asked)),
        delete: (...asked) => alive(() => store.delete(...asked)),
      },
      bus: {
        publish: (entries) =>
          alive(async () => {
            dies.publications += 1;
            if (!chosen(dies.publications)) return bus.publish(entries);
            await bus.publish(entries.slice(0, Math.floor(entries.length * accepted)));
            dies.deaths += 1;
            dead = true;
            throw new PublisherDied(`at publication ${dies.publications}`);
          }),
      },
    };
    const result = await run(mortal);
    if (dead) throw new PublisherDied('already dead');
    return result;
  };
  return Object.assign(dies, { around });
}

/** How often a story publishes when nobody dies. */
export async function publishesOf(story: Story): Promise<number> {
  const nobody = publisherDies(() => false, 0);
  await rehearse({ ...story, around: nobody.around });
  return nobody.publications;
}

/** Runs a story in which a publisher dies, and says what subscribers got wrong by it; nothing where all is well. */
export async function wrongAfterDeath(
  story: Story,
  { nth, accepted }: PublisherDeath,
): Promise<readonly string[]> {
  const witness = new Witness(fivePercent);
  const dies = publisherDies((n) => n === nth, accepted);
  const told = await rehearse({
    ...story,
    ...witness.listens,
    around: (ports, name, run) =>
      witness.listens.around(ports, name, (tapped) => dies.around(tapped, name, run)),
    goOnSeconds: 1800,
  });
  witness.settle();
  const same =
    JSON.stringify([...witness.troubled].sort()) === JSON.stringify([...witness.prompt].sort());
  return [
    ...(dies.deaths === 1 ? [] : ['nobody died']),
    ...(told.ended === 'done' ? [] : [`ended ${told.ended}`]),
    ...witness.complaints,
    ...witness.owing.map((stream) => `${stream} still owes events`),
    ...(same ? [] : ['what came late adds up to something else']),
    ...told.verdict.violations.map(({ rule, message }) => `${rule}: ${message}`),
  ].map((text) => `publication ${nth} with ${accepted} of it taken: ${text}`);
}
