import { Engine } from '../src/runtime/asl/engine.ts';
import type { TaskInvocation } from '../src/runtime/asl/execution.ts';
import { loadMachine } from '../src/runtime/asl/load.ts';
import { VirtualClock } from '../src/runtime/virtual-clock.ts';

// 5,000 executions that call, wait, park and choose for some sixty transitions each.
const executions = Number(process.argv[2] ?? 5000);
const turns = 10;

const lambda = 'arn:aws:states:::lambda:invoke';
const machine = loadMachine({
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  States: {
    Begin: {
      Type: 'Pass',
      Assign: { turn: 0, server: '{% $states.input.server %}' },
      Next: 'Look',
    },
    Look: {
      Type: 'Task',
      Resource: lambda,
      Arguments: {
        FunctionName: 'look',
        Payload: { server: '{% $server %}', turn: '{% $turn %}' },
      },
      Assign: { look: '{% $states.result.Payload %}' },
      Retry: [{ ErrorEquals: ['TransientFailure'] }],
      Next: 'Ready',
    },
    Ready: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $look.state = 'DONE' %}", Next: 'Done' }],
      Default: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: 60, Next: 'Park' },
    Park: {
      Type: 'Task',
      Resource: `${lambda}.waitForTaskToken`,
      Arguments: { FunctionName: 'park', Payload: { token: '{% $states.context.Task.Token %}' } },
      TimeoutSeconds: 7_776_000,
      Next: 'Count',
    },
    Count: { Type: 'Pass', Assign: { turn: '{% $turn + 1 %}' }, Next: 'Note' },
    Note: { Type: 'Pass', Output: { turn: '{% $turn %}' }, Next: 'Look' },
    Done: { Type: 'Succeed' },
  },
});

const clock = new VirtualClock(Date.parse('2024-03-04T16:20:00Z'));
const queue: TaskInvocation[] = [];
let head = 0;
let ended = 0;
const arn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:bench';
const engine = new Engine({
  clock,
  seed: 1,
  machines: [{ arn, id: 'Bench', name: 'bench', machine }],
  invoke: (invocation) => queue.push(invocation),
  onEnded: ({ status }) => {
    if (status === 'SUCCEEDED') ended += 1;
  },
});

function answer(invocation: TaskInvocation): unknown {
  const payload = JSON.parse(JSON.stringify(invocation.payload));
  if (invocation.functionName === 'look') return { state: payload.turn >= turns ? 'DONE' : 'BUSY' };
  clock.at(clock.nowMs() + 30_000, () => engine.tasks.succeeded(payload.token, {}));
  return null;
}

const began = performance.now();
for (let i = 0; i < executions; i++) engine.start(arn, `run-${i}`, { server: `s-${i}` });
for (;;) {
  if (await engine.step()) continue;
  const next = queue[head];
  if (next !== undefined) {
    head += 1;
    engine.tasks.invocationEnded(next, { ok: true, value: answer(next) });
    continue;
  }
  queue.length = 0;
  head = 0;
  const at = clock.nextAt();
  if (at === undefined) break;
  clock.advanceTo(at);
}
const seconds = (performance.now() - began) / 1000;
const perSecond = Math.round(engine.transitions / seconds);
const megabytes = Math.round(process.memoryUsage().rss / 1024 / 1024);
console.log(
  `${ended} of ${executions} executions, ${engine.transitions} transitions in ${seconds.toFixed(2)} s: ` +
    `${perSecond} a second, ${megabytes} MB resident, now ${clock.now()}`,
);
