import * as z from 'zod';
import { readArn } from '../arn.ts';
import type { JsonObject } from '../json.ts';
import { taggedResource } from '../mgn/tagged.ts';
import type { RegionState } from '../region-state.ts';
import { notFound } from '../service-exception.ts';
import { checked, type Operation } from './operation.ts';

/** Tags as calls carry them: at most 50, keys and values of at most 256 characters. */
export const stringRecord = z
  .record(z.string().max(256), z.string().max(256))
  .refine((given) => Object.keys(given).length <= 50, 'has more than 50 tags');

interface Tagged {
  readonly read: () => JsonObject;
  readonly write: (tags: JsonObject) => void;
}

const path = '/tags/{resourceArn}';
const target = z.object({ resourceArn: z.string().min(1) });

/** The tag operations of MGN. */
export const tags: readonly Operation[] = [
  {
    service: 'mgn',
    name: 'ListTagsForResource',
    method: 'GET',
    path,
    writes: false,
    status: 200,
    answer: ({ region, input }) =>
      JSON.stringify({ tags: tagged(region, checked(target, input).resourceArn).read() }),
  },
  {
    service: 'mgn',
    name: 'TagResource',
    method: 'POST',
    path,
    writes: true,
    status: 200,
    answer: ({ region, input }) => {
      const given = checked(target.extend({ tags: stringRecord }), input);
      const resource = tagged(region, given.resourceArn);
      resource.write({ ...resource.read(), ...given.tags });
      return '{}';
    },
  },
  {
    service: 'mgn',
    name: 'UntagResource',
    method: 'DELETE',
    path,
    writes: true,
    status: 200,
    answer: ({ region, input }) => {
      const given = checked(target.extend({ tagKeys: z.array(z.string()) }), input);
      const resource = tagged(region, given.resourceArn);
      const left = Object.entries(resource.read()).filter(([key]) => !given.tagKeys.includes(key));
      resource.write(Object.fromEntries(left));
      return '{}';
    },
  },
];

function tagged(region: RegionState, arn: string): Tagged {
  const { kind, id = '' } = readArn(arn) ?? {};
  const server = kind === 'source-server' ? region.server(id) : undefined;
  if (server !== undefined) {
    return {
      read: () => server.state.tags,
      write: (to) => region.change(server, { tags: to }),
    };
  }
  const resource = taggedResource(region, kind, id);
  if (resource !== undefined) return resource;
  const holder =
    kind === 'job'
      ? region.jobs.get(id)
      : kind === 'application'
        ? region.applications.get(id)
        : kind === 'wave'
          ? region.waves.get(id)
          : undefined;
  if (holder === undefined) throw notFound('Resource', arn);
  return {
    read: () => holder.tags,
    write: (to) => {
      holder.tags = to;
    },
  };
}
