import { describe, expect, test } from 'vitest';
import { mostTargets } from '../../deploy/deployment-form.ts';
import { channelGrants } from '../../deploy/grants.ts';
import { parseDeployment } from '../../deploy/parse-deployment.ts';
import { readSettings } from '../../deploy/settings.ts';
import { channelKinds } from '../../src/core/notify/channel.ts';

const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf';
const topicArn = 'arn:aws:sns:eu-central-1:111122223333:pager';
const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab';
const slack = { name: 'slack', kind: 'slack', secretArn };

function problems(
  channels: readonly unknown[],
  region = 'eu-central-1',
  more: object = {},
): readonly string[] {
  const spec = { notifications: { channels }, ...more };
  const read = parseDeployment({ apiVersion: 'landfall/v1', kind: 'Deployment', spec }, region);
  return read.ok
    ? []
    : read.problems.map(({ path, problem, remedy }) => `${path}: ${problem} → ${remedy}`);
}

describe('the channels of a deployment file', () => {
  test.each<[string, object]>([
    ['slack', slack],
    ['teams', { name: 't', kind: 'teams', secretArn, keyArn, quiet: true }],
    ['webhook', { name: 'w', kind: 'webhook', secretArn, severities: ['info', 'warning', 'page'] }],
    ['mail', { name: 'team-mail', kind: 'email', emails: ['a@example.com'], digestSeconds: 300 }],
    ['a topic', { name: 'pager', kind: 'sns', topicArn, keyArn, detailTypes: ['Wave Held'] }],
    ['a pattern', { ...slack, pattern: { detail: { current: [{ prefix: 'CUT' }] } } }],
  ])('may be %s', (_, channel) => {
    expect(problems([channel])).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    [
      'without its secret',
      { name: 's', kind: 'slack' },
      /channels\[0\]\.secretArn: is missing; a channel of kind slack needs it → put the address into a secret/,
    ],
    [
      'with what it has no use for',
      { ...slack, topicArn },
      /topicArn: means nothing to a channel of kind slack → remove it/,
    ],
    [
      'mail for nobody',
      { name: 'm', kind: 'email' },
      /emails: is missing; a channel of kind email needs it/,
    ],
    [
      'mail without an address',
      { name: 'm', kind: 'email', emails: [] },
      /emails: has 0 entries, fewer than 1/,
    ],
    [
      'mail to nonsense',
      { name: 'm', kind: 'email', emails: ['anna'] },
      /emails\[0\]: "anna" is no e-mail address/,
    ],
    [
      'of another kind',
      { name: 'x', kind: 'pigeon', secretArn },
      /kind: is "pigeon", which cannot stand here → How it is told/,
    ],
    [
      'with the address in the clear',
      { ...slack, secretArn: 'https://hooks.slack.com/services/x' },
      /secretArn: "https.*" is no ARN of secretsmanager, of one thing/,
    ],
    [
      'with many secrets',
      { ...slack, secretArn: `${secretArn.slice(0, -6)}*` },
      /is no ARN of secretsmanager, of one thing and without wildcards/,
    ],
    [
      'of another Region',
      { ...slack, secretArn: secretArn.replace('central', 'west') },
      /secretArn: is in aws eu-west-1, the stack in aws eu-central-1/,
    ],
    [
      'of another partition',
      { ...slack, keyArn: keyArn.replace('aws', 'aws-cn') },
      /keyArn: is in aws-cn eu-central-1/,
    ],
    [
      'with a name that is none',
      { ...slack, name: 'On Call' },
      /name: "On Call" is no name of 1 to 20/,
    ],
    [
      'with a window that is too long',
      { ...slack, digestSeconds: 301 },
      /digestSeconds: is 301, more than 300/,
    ],
    [
      'that chooses twice',
      { ...slack, severities: ['page'], detailTypes: ['Wave Held'] },
      /says by severities and by detailTypes what it tells → keep one of them/,
    ],
    ['that chooses nothing', { ...slack, severities: [] }, /severities: has 0 entries/],
    ['with an unknown severity', { ...slack, severities: ['loud'] }, /severities\[0\]: is "loud"/],
    [
      'with an unknown event',
      { ...slack, detailTypes: ['Wave Hold'] },
      /detailTypes\[0\]: is "Wave Hold", which cannot stand here/,
    ],
    [
      'with a pattern that is none',
      { ...slack, pattern: { source: 'landfall.mgn' } },
      /pattern: .*source/,
    ],
    ['with an empty pattern', { ...slack, pattern: {} }, /pattern: /],
    [
      'with a pattern that is too long',
      { ...slack, pattern: { source: ['x'.repeat(2100)] } },
      /the event pattern has 2\d\d\d characters, more than 2048/,
    ],
    [
      'with an unknown field',
      { ...slack, url: 'https://x' },
      /url: unknown field "url" → remove it; known here: name, kind/,
    ],
  ])('is refused %s', (_, channel, problem) => {
    expect(problems([channel]).join('\n')).toMatch(problem);
  });

  test('are refused with everything that is wrong at once', () => {
    const found = problems([
      { name: 'a', kind: 'slack' },
      { name: 'on-call', kind: 'sns', topicArn, emails: ['a@example.com'] },
      { name: 'oncall', kind: 'teams', secretArn: secretArn.replace('central', 'west') },
    ]);
    expect(found.map((one) => one.split(':')[0])).toEqual([
      'spec.notifications.channels[0].secretArn',
      'spec.notifications.channels[1].emails',
      'spec.notifications.channels[2].name',
      'spec.notifications.channels[2].secretArn',
    ]);
  });

  test('fit into one stack with the targets, or are refused', () => {
    const ten = Array.from({ length: 10 }, (_, i) => ({ ...slack, name: `c${i}` }));
    const regions = Array.from({ length: mostTargets }, (_, i) => `eu-central-${i + 1}`);
    const targets = [{ service: 'mgn', accountId: '111122223333', regions }];
    expect(problems(ten)).toEqual([]);
    expect(problems(ten, 'eu-central-1', { targets })).toEqual([
      expect.stringMatching(
        /^spec\.notifications\.channels: the targets and channels take \d+ resources, more than the \d+ that one stack has for them → move some/,
      ),
    ]);
    expect(problems([...ten, { ...slack, name: 'eleven' }]).join()).toMatch(
      /has 11 entries, more than 10/,
    );
  });
});

describe('a stage without channels', () => {
  test('has no function, no queue and no rule of them', () => {
    const { functions, template } = readSettings({ environment: {} });
    expect(functions).toEqual({});
    expect(JSON.stringify(template)).not.toMatch(/Notify|Undelivered/);
  });
});

describe('a stage with channels', () => {
  const { functions, template } = readSettings({
    environment: { LANDFALL_DEPLOYMENT: 'examples/deployments/channels.yaml' },
  });
  const roleOf = (name: string) => JSON.stringify(template.Resources[`${name}Role`]);

  test('has every kind of channel in its example', () => {
    const handlers = Object.values(functions).map((one) => (one as { handler: string }).handler);
    expect([...new Set(handlers)].toSorted()).toEqual([
      'src/handlers/notify-slack.handler',
      'src/handlers/notify-teams.handler',
      'src/handlers/notify-topic.handler',
      'src/handlers/notify-webhook.handler',
    ]);
    expect(Object.keys(channelGrants).toSorted()).toEqual([...channelKinds].toSorted());
  });

  test('lets a function read its own secret and no other, and its own queue', () => {
    expect(roleOf('NotifySlack')).toContain('secret:landfall/slack-AbCdEf');
    expect(roleOf('NotifySlack')).not.toContain('secret:landfall/teams');
    expect(roleOf('NotifySlack')).toContain('NotifySlackQueue');
    expect(roleOf('NotifySlack')).not.toMatch(/sns:|kms:|dynamodb:|events:|mgn:/);
    expect(roleOf('NotifyTeamMail')).toMatch(
      /sns:Publish.*NotifyTeamMailTopic.*kms:GenerateDataKey.*AlarmKey/,
    );
    expect(roleOf('NotifyPager')).toMatch(/key\/1234abcd/);
    expect(roleOf('NotifyPager')).not.toContain('secretsmanager:');
  });

  test('reads each queue with its window, and says what it did not take', () => {
    const events = Object.entries(functions).map(([name, one]) => [
      name,
      (one as { events: { sqs: object }[] }).events[0]?.sqs,
    ]);
    expect(Object.fromEntries(events)).toMatchObject({
      notifyTeamMail: {
        batchSize: 1000,
        maximumBatchingWindow: 300,
        functionResponseType: 'ReportBatchItemFailures',
        maximumConcurrency: 2,
      },
      notifyPager: { batchSize: 5, maximumBatchingWindow: 0 },
      notifySlack: { maximumBatchingWindow: 60 },
      notifyCutovers: { batchSize: 5, maximumBatchingWindow: 0 },
      notifyRecords: { batchSize: 1000, maximumBatchingWindow: 30 },
    });
    for (const [id, one] of Object.entries(template.Resources)) {
      if (!/^Notify\w+Queue$/.test(id)) continue;
      const { VisibilityTimeout } = one['Properties'] as { VisibilityTimeout: number };
      expect(VisibilityTimeout).toBeGreaterThanOrEqual(360);
    }
  });

  test('switches off the rule of a quiet one', () => {
    const stateOf = (name: string) =>
      (template.Resources[`${name}Rule`]?.['Properties'] as { State: string } | undefined)?.State;
    expect([stateOf('NotifyRecords'), stateOf('NotifySlack')]).toEqual(['DISABLED', 'ENABLED']);
  });
});
