/** What is wrong with a hook as it is written. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
}

/**
 * A document of Systems Manager by name, or by ARN where another account shares it
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html).
 */
export const documentPattern =
  /^(arn:aws(-[a-z]+)*:ssm:[a-z0-9-]+:\d{12}:document\/)?[\w.-]{3,128}$/;
const longestDocument = 128;

/** Whether a text names a document that SendCommand takes. */
export function isDocument(text: string): boolean {
  return text.length <= longestDocument && documentPattern.test(text);
}

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html, InstanceIds
const nodeId = /^(i-(\w{8}|\w{17})|mi-\w{17})$/;
const fromTag = /^\{tag:(.{1,128})\}$/;

/** Whether a text is the id of a managed node. */
export function isNode(text: string): boolean {
  return nodeId.test(text);
}

/** The tag that holds the id of a managed node, of a text like `{tag:ssm-node}`; undefined of any other text. */
export function nodeTagIn(text: string): string | undefined {
  return fromTag.exec(text)?.[1];
}

/** What a hook that runs a document says of it. */
interface WrittenDocument {
  readonly document?: string | undefined;
  readonly on?: 'source' | 'instance' | undefined;
  readonly node?: string | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly timeout?: string | undefined;
}

/** Finds what a hook that runs a document lacks, or says in vain. */
export function* documentFaults(
  { document = '', on, node, parameters = {}, timeout }: WrittenDocument,
  {
    hasInstance,
    timeoutSeconds,
  }: { readonly hasInstance: boolean; readonly timeoutSeconds: number },
): Generator<Fault> {
  if (!isDocument(document)) {
    yield {
      path: ['document'],
      message: 'is no name or ARN of a document of Systems Manager',
      remedy: 'write its name, e.g. landfall-stop-app',
    };
  }
  yield* placeFaults(on, node, hasInstance);
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) continue;
    yield {
      path: ['parameters', name],
      message: 'is no list of texts, which documents want',
      remedy: 'write a list, e.g. ["30"]',
    };
  }
  if (timeout !== undefined && timeoutSeconds < leastDeliverySeconds) {
    yield {
      path: ['timeout'],
      message: 'is too short for a document',
      remedy: `write PT${leastDeliverySeconds}S or more: Systems Manager takes that long to give a delivery up`,
    };
  }
}

function* placeFaults(
  on: WrittenDocument['on'],
  node: string | undefined,
  hasInstance: boolean,
): Generator<Fault> {
  if (on === undefined) {
    const remedy = 'write on: source or on: instance';
    yield { path: ['on'], message: 'is missing: a document runs somewhere', remedy };
  }
  if (on === 'instance' && !hasInstance) {
    const remedy = 'write on: source, or move the hook to a later point';
    yield { path: ['on'], message: 'means nothing here: there is no instance yet', remedy };
  }
  if (on === 'instance' && node !== undefined) {
    yield {
      path: ['node'],
      message: 'means nothing with on: instance',
      remedy: 'remove it: the document runs on the launched instance',
    };
  }
  if (on === 'source' && node === undefined) {
    yield {
      path: ['node'],
      message: 'is missing: MGN does not know the managed node of a source',
      remedy: 'write "{tag:KEY}", the tag of the source server that holds the id, or the id itself',
    };
  }
}

/** The least that SendCommand takes as TimeoutSeconds. */
export const leastDeliverySeconds = 30;
