import * as z from 'zod';
import { type JsonObject, objectAt } from '../json.ts';
import type { Operation } from '../operations/operation.ts';
import { notFound, validation } from '../service-exception.ts';
import { readDrsArn } from './arn.ts';
import { instanceAt } from './instances-of-server.ts';
import { drsOperation } from './operation.ts';
import { type Drs, placeOf } from './part.ts';

const path = '/tags/{resourceArn}';
const target = z.object({ resourceArn: z.string() });
const mostTags = 50;

/** The operations on the service itself and on the tags of its resources; they work before it is initialised. */
export const serviceOperations: readonly Operation[] = [
  drsOperation(
    'InitializeService',
    z.object({}),
    (drs) => {
      drs.records.initialized = true;
      return {};
    },
    { status: 204, always: true },
  ),
  drsOperation(
    'ListTagsForResource',
    target,
    (drs, { resourceArn }) => ({ tags: tagged(drs, resourceArn).read() }),
    { method: 'GET', path, always: true },
  ),
  drsOperation(
    'TagResource',
    target.extend({ tags: z.record(z.string(), z.string()) }),
    (drs, { resourceArn, tags }) => {
      const resource = tagged(drs, resourceArn);
      const all = { ...resource.read(), ...tags };
      if (Object.keys(all).length > mostTags) {
        throw validation(`A resource has at most ${mostTags} tags`, 'fieldValidationFailed', [
          { name: 'tags', message: `would be ${Object.keys(all).length}` },
        ]);
      }
      resource.write(all);
      return undefined;
    },
    { path, always: true },
  ),
  drsOperation(
    'UntagResource',
    target.extend({ tagKeys: z.array(z.string()) }),
    (drs, { resourceArn, tagKeys }) => {
      const resource = tagged(drs, resourceArn);
      const left = Object.entries(resource.read()).filter(([key]) => !tagKeys.includes(key));
      resource.write(Object.fromEntries(left));
      return undefined;
    },
    { method: 'DELETE', path, always: true },
  ),
];

interface Tagged {
  readonly read: () => JsonObject;
  readonly write: (tags: JsonObject) => void;
}

function tagged(drs: Drs, arn: string): Tagged {
  const named = readDrsArn(arn);
  const here = placeOf(drs);
  const isHere = named?.place.accountId === here.accountId && named.place.region === here.region;
  const found = named !== undefined && isHere ? resourceOf(drs, named.kind, named.id) : undefined;
  if (found === undefined) throw notFound('Resource', arn);
  return found;
}

function resourceOf(drs: Drs, kind: string, id: string): Tagged | undefined {
  const { records, engine } = drs;
  switch (kind) {
    case 'source-server': {
      const server = engine.server(id);
      return server === undefined
        ? undefined
        : {
            read: () => server.state.tags,
            write: (tags) => engine.change(server, { tags }),
          };
    }
    case 'launch-configuration-template':
      return ofTemplate(records.launchTemplates, id);
    case 'replication-configuration-template':
      return ofTemplate(records.replicationTemplates, id);
    case 'recovery-instance':
      return ofHolder(instanceAt(drs, id, drs.region.world.now));
    case 'job':
      return ofHolder(records.jobs.get(id));
    case 'source-network':
      return ofHolder(records.networks.get(id));
    default:
      return undefined;
  }
}

function ofHolder(holder: { tags: JsonObject } | undefined): Tagged | undefined {
  if (holder === undefined) return undefined;
  return {
    read: () => holder.tags,
    write: (tags) => {
      holder.tags = tags;
    },
  };
}

function ofTemplate(templates: Map<string, JsonObject>, id: string): Tagged | undefined {
  const template = templates.get(id);
  if (template === undefined) return undefined;
  return {
    read: () => objectAt(template, 'tags'),
    write: (tags) => templates.set(id, { ...template, tags }),
  };
}
