// What of the channels of a deployment file contradicts itself, all of it at once. Called when a file is parsed.

import { type Problem, problemAt } from '../src/core/fleet/problem.ts';
import { patternOf } from '../src/core/notify/channel.ts';
import { partitionOfRegion } from '../src/core/target.ts';
import { patternProblems } from '../src/runtime/event-pattern.ts';
import { choiceOf } from './channels.ts';
import type { ChannelSpec, DeploymentSpec } from './deployment-form.ts';

/** The most characters of an event pattern, where Service Quotas has not raised it. */
const patternLength = 2048;

// What of a channel belongs to which kind: `must` has to be there, `may` can be.
const fieldsOf: Readonly<
  Record<ChannelSpec['kind'], { readonly must: readonly Field[]; readonly may: readonly Field[] }>
> = {
  email: { must: ['emails'], may: [] },
  sns: { must: ['topicArn'], may: ['keyArn'] },
  slack: { must: ['secretArn'], may: ['keyArn'] },
  teams: { must: ['secretArn'], may: ['keyArn'] },
  webhook: { must: ['secretArn'], may: ['keyArn'] },
};
type Field = 'emails' | 'topicArn' | 'secretArn' | 'keyArn';
const fields: readonly Field[] = ['emails', 'topicArn', 'secretArn', 'keyArn'];

/** The resources of a stack (500 at most) that are left for what a file names: what every stage has takes at most 265. */
export const stackRoom = 235;

/** Says whether everything that a file names fits into one stack: targets with their alarms, channels, mail. */
function roomProblems({
  targets,
  notifications: { channels, emails },
}: DeploymentSpec): readonly Problem[] {
  const ofTargets = targets.reduce((sum, { regions }) => sum + 7 * regions.length, 0);
  const ofChannels = channels.map(({ emails: addresses }) =>
    addresses === undefined ? 7 : 9 + addresses.length,
  );
  const shared = channels.length === 0 ? 0 : 3;
  const count = ofChannels.reduce((sum, one) => sum + one, ofTargets + emails.length + shared);
  if (count <= stackRoom || channels.length === 0) return [];
  const problem = `the targets and channels take ${count} resources, more than the ${stackRoom} that one stack has for them`;
  const remedy = 'move some targets to a second stage, or name fewer channels';
  return [problemAt(['spec', 'notifications', 'channels'], problem, remedy)];
}

/** Says what is wrong with the channels of a deployment whose form is right. */
export function channelProblems(spec: DeploymentSpec, stackRegion: string): readonly Problem[] {
  const { channels } = spec.notifications;
  const each = channels.flatMap((channel, i) => {
    const at = ['spec', 'notifications', 'channels', i];
    const first = channels.findIndex(({ name }) => plain(name) === plain(channel.name));
    return [
      ...(first < i
        ? [
            problemAt(
              [...at, 'name'],
              `is too like the name of channel ${first + 1}`,
              'name it otherwise',
            ),
          ]
        : []),
      ...fieldProblems(channel, at),
      ...placeProblems(channel, at, stackRegion),
      ...choiceProblems(channel, at),
    ];
  });
  return [...each, ...roomProblems(spec)];
}

// `on-call` and `oncall` would be one function.
const plain = (name: string) => name.replaceAll('-', '');

function fieldProblems(channel: ChannelSpec, at: readonly (string | number)[]): readonly Problem[] {
  const { must, may } = fieldsOf[channel.kind];
  return fields.flatMap((field) => {
    const isThere = channel[field] !== undefined;
    if (must.includes(field) && !isThere) {
      return [
        problemAt(
          [...at, field],
          `is missing; a channel of kind ${channel.kind} needs it`,
          remedies[field],
        ),
      ];
    }
    if (!isThere || must.includes(field) || may.includes(field)) return [];
    return [
      problemAt([...at, field], `means nothing to a channel of kind ${channel.kind}`, 'remove it'),
    ];
  });
}

const remedies: Readonly<Record<Field, string>> = {
  emails: 'name who gets the mail, e.g. [migration@example.com]',
  topicArn: 'name the ARN of the topic',
  secretArn:
    'put the address into a secret of Secrets Manager and name its ARN (docs/notifications.md)',
  keyArn: 'name the ARN of the key',
};

/** What a function may read lies in its own partition and Region. */
function placeProblems(
  channel: ChannelSpec,
  at: readonly (string | number)[],
  stackRegion: string,
): readonly Problem[] {
  return fields.flatMap((field) => {
    const value = channel[field];
    if (typeof value !== 'string') return [];
    const [, partition = '', , region = ''] = value.split(':');
    const ours = partitionOfRegion(stackRegion);
    if (partition === ours && region === stackRegion) return [];
    const problem = `is in ${partition} ${region}, the stack in ${ours} ${stackRegion}`;
    return [
      problemAt(
        [...at, field],
        problem,
        `name one in ${stackRegion}; a secret can be replicated there`,
      ),
    ];
  });
}

function choiceProblems(
  channel: ChannelSpec,
  at: readonly (string | number)[],
): readonly Problem[] {
  const named = (['severities', 'detailTypes', 'pattern'] as const).filter(
    (field) => channel[field] !== undefined,
  );
  if (named.length > 1) {
    return [problemAt(at, `says by ${named.join(' and by ')} what it tells`, 'keep one of them')];
  }
  const pattern = patternOf(choiceOf(channel));
  const [by = 'severities'] = named;
  const wrong = patternProblems(pattern).map((one) =>
    problemAt([...at, by], one, 'try it with: landfall events pattern test'),
  );
  const { length } = JSON.stringify(pattern);
  if (length <= patternLength) return wrong;
  const problem = `the event pattern has ${length} characters, more than ${patternLength}`;
  return [...wrong, problemAt([...at, by], problem, 'name less, or make two channels of it')];
}
