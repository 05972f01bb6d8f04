import { type Failure, FailureCode, failure } from '../failure.ts';
import type { Observation } from '../observation.ts';
import { isExtension } from './retire.ts';

/** What an extension is judged by, all of it looked at in the tick that would call. */
export interface ExtendSight {
  /** The server in its staging account. */
  readonly server: Observation;
  /** The servers of the account that it is extended into which live by servers of its own account. */
  readonly extensions: readonly Observation[];
  /** How that account lists it as extensible; undefined where it does not. */
  readonly listed: Extensible | undefined;
  readonly into: string;
}

/** A server as ListExtensibleSourceServers lists it. */
export interface Extensible {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What it takes to have a server extended into another account (reference/drs.md 1.8, 7.6). */
export type ExtendFinding =
  | { readonly do: 'nothing'; readonly extension: Observation }
  | { readonly do: 'act' }
  | { readonly do: 'wait'; readonly because: string }
  /** It may still come right; after the time that a stall may last it has failed so. */
  | { readonly do: 'linger'; readonly failure: Failure }
  | { readonly do: 'fail'; readonly failure: Failure };

/**
 * Says what it takes: nothing where it is extended already, whoever did it and whether or not the answer was heard; the
 * call where the other account lists the server as extensible; else why not.
 */
export function ensureExtended({ server, extensions, listed, into }: ExtendSight): ExtendFinding {
  if (isExtension(server)) {
    const of = server.drs?.stagingArea.serverArn ?? 'another server';
    const message = `it is itself an extension of ${of}: extend that one`;
    return { do: 'fail', failure: failure(FailureCode.NotExtensible, message, of) };
  }
  const extension = extensions.find(({ drs }) => drs?.stagingArea.serverArn === server.arn);
  if (extension !== undefined) return judged(extension, into);
  if (listed !== undefined) return { do: 'act' };
  const message = `account ${into} does not list it as a server that can be extended`;
  return { do: 'linger', failure: failure(FailureCode.NotExtensible, message) };
}

// What DRS says may be 64 KB long.
const longestError = 1000;

// The states of an extension are open: what is not known is waited on.
function judged(extension: Observation, into: string): ExtendFinding {
  const { status, error } = extension.drs?.stagingArea ?? {};
  const name = `its extension ${extension.sourceServerId} in account ${into}`;
  if (status === 'EXTENDED') return { do: 'nothing', extension };
  if (status !== 'EXTENSION_ERROR') {
    return { do: 'wait', because: `${name} is ${status ?? 'in no known state'}` };
  }
  const why = (error ?? 'DRS does not say why').slice(0, longestError);
  const message = `${name} has an error: ${why}`;
  return {
    do: 'linger',
    failure: failure(FailureCode.ExtensionBroken, message, extension.sourceServerId),
  };
}

// AWS keeps these for itself; no call may set them.
function ownTags(tags: Extensible['tags']): Extensible['tags'] {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^aws:/i.test(key)));
}

/** A refused CreateExtendedSourceServer, or a refused look at what can be extended, as far as it says something. */
export interface ExtensionRefusal {
  readonly kind: string;
  readonly errorName: string;
  readonly message: string;
}

/**
 * Says what a refusal means for the server alone: that its key is one that no other account may use, that it is extended
 * already, or that the account may not be asked; undefined where it means no more than any refusal.
 */
export function readExtensionRefusal(
  { kind, errorName, message }: ExtensionRefusal,
  into: string,
): Extract<ExtendFinding, { do: 'wait' | 'linger' | 'fail' }> | undefined {
  const said = `${errorName}: ${message}`.slice(0, longestError);
  // The operation declares no conflict: what it refuses is all called invalid, and only the words tell it apart.
  if (kind === 'validation' && /EBS encryption key/i.test(message)) {
    return { do: 'fail', failure: failure(FailureCode.DefaultEbsKey, said, errorName) };
  }
  if ((kind === 'validation' || kind === 'conflict') && /already (been )?extended/i.test(message)) {
    return { do: 'wait', because: `it is extended already, and account ${into} will list it soon` };
  }
  if (kind !== 'access-denied') return undefined;
  const refused = `account ${into} may not extend it: ${said}`;
  return { do: 'linger', failure: failure(FailureCode.ApiRefused, refused, errorName) };
}

/** The tags that an extension gets: those of its staging server that a call may set, under those that the plan names. */
export function extensionTags(
  listed: Extensible['tags'],
  named: Extensible['tags'],
): Extensible['tags'] {
  return { ...ownTags(listed), ...named };
}

/** Reads what ListExtensibleSourceServers lists, by ARN; what has no ARN is left out. */
export function extensibleIn(
  documents: readonly Readonly<Record<string, unknown>>[],
): ReadonlyMap<string, Extensible> {
  return new Map(
    documents.flatMap((document) => {
      const { arn, tags } = document;
      if (typeof arn !== 'string') return [];
      const told = typeof tags === 'object' && tags !== null ? Object.entries(tags) : [];
      const words = told.flatMap(([key, tag]) => (typeof tag === 'string' ? [[key, tag]] : []));
      return [[arn, { arn, tags: Object.fromEntries(words) }]];
    }),
  );
}
