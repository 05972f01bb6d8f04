import type { SimulatorOptions } from '../../src/simulator/simulator.ts';
import { face } from '../simulator/http/face-rig.ts';
import { accountId, region, type Wire } from '../simulator/rig.ts';
import type { Client, ClientName, Service } from './clients.ts';

/** One answer that a client got: what it proves of its operation. */
export interface Evidence {
  readonly client: ClientName;
  readonly service: Service;
  readonly operation: string;
  readonly outcome: string;
  readonly story: string;
  /** Whether the simulator was told to refuse, instead of having a reason of its own. */
  readonly onDemand: boolean;
  readonly breaches: readonly string[];
  readonly deviations: readonly string[];
}

/** A course of calls in a simulated world of its own. */
export interface Story {
  readonly name: string;
  readonly service: Service;
  readonly options?: Partial<SimulatorOptions>;
  readonly onDemand?: boolean;
  readonly tell: (world: World) => Promise<void>;
}

/** Another place than the usual one to call from. */
export interface Place {
  readonly account?: string;
  readonly inRegion?: string;
}

/** A simulator on the wire and one client that talks to it; every answer becomes evidence. */
export class World {
  readonly #client: Client;
  readonly #story: Story;
  readonly #face: Awaited<ReturnType<typeof face>>;
  readonly #evidence: Evidence[];

  constructor(
    client: Client,
    story: Story,
    opened: Awaited<ReturnType<typeof face>>,
    evidence: Evidence[],
  ) {
    this.#client = client;
    this.#story = story;
    this.#face = opened;
    this.#evidence = evidence;
  }

  /** Makes a call that has to succeed; answers its body. */
  async ok(operation: string, input: object = {}, place: Place = {}): Promise<Wire> {
    const { outcome, output } = await this.#call(operation, input, place, true);
    if (outcome === 'success') return output;
    const said = `${outcome}: ${output.message ?? ''}`;
    throw new Error(`${this.#story.name}: ${operation} did not succeed: ${said}`);
  }

  /** Makes a call that has to be refused with this exception. */
  async no(operation: string, exception: string, input: object, place: Place = {}): Promise<void> {
    const { outcome } = await this.#call(operation, input, place, true);
    if (outcome === exception) return;
    throw new Error(`${this.#story.name}: ${operation} answers ${outcome}, not ${exception}`);
  }

  /** Makes a call, whatever comes of it, with input that the client is not to check itself. */
  async ask(operation: string, input: object, place: Place = {}): Promise<string> {
    return (await this.#call(operation, input, place, false)).outcome;
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    await this.#control('advance', { seconds: ms / 1000 });
  }

  /** Puts a file where an import reads it. */
  async put(bucket: string, key: string, text: string): Promise<void> {
    await this.#control('objects', { accountId, region, bucket, key, text });
  }

  async #control(name: string, body: object): Promise<void> {
    const { status, text } = await this.#face.control('POST', name, body);
    if (status !== 200) throw new Error(`${this.#story.name}: ${name} answers ${status}: ${text}`);
  }

  async #call(operation: string, input: object, place: Place, validate: boolean) {
    const { service, name: story, onDemand = false } = this.#story;
    const { account = accountId, inRegion = region } = place;
    const { port } = this.#face;
    const answer = await this.#client.call({
      service,
      operation,
      input,
      port,
      account,
      region: inRegion,
      validate,
    });
    const { outcome, breaches, deviations } = answer;
    const { name: client } = this.#client;
    this.#evidence.push({
      client,
      service,
      operation,
      outcome,
      story,
      onDemand,
      breaches,
      deviations,
    });
    return answer;
  }
}

/** Tells a story with a client; answers all evidence of it, and why it broke off if it did. */
export async function told(
  client: Client,
  story: Story,
): Promise<{ readonly evidence: readonly Evidence[]; readonly problems: readonly string[] }> {
  const evidence: Evidence[] = [];
  const problems: string[] = [];
  const opened = await face(story.options);
  try {
    await story.tell(new World(client, story, opened, evidence));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  } finally {
    await opened.close();
  }
  problems.push(...opened.defects.map((defect) => `defect of the simulator: ${String(defect)}`));
  return { evidence, problems };
}
