import { describe, expect, it } from 'vitest';
import type { HookAnswer } from '../../../src/core/hook/hook-result.ts';
import { type HookRun, type HookSite, withRun } from '../../../src/core/hook/hook-run.ts';
import {
  afterCall,
  type HookStep,
  type HookView,
  nextHookStep,
} from '../../../src/core/hook/next-hook-step.ts';
import { leftByHooks } from '../../../src/core/hook/standing.ts';
import type { Hook, ServerHooks } from '../../../src/core/plan/hooks-for.ts';
import { plusSeconds } from '../../../src/core/time.ts';
import { frozen } from '../_factories.ts';

const start = '2024-03-04T16:20:00.000Z';

function aHook(name: string, is: Partial<Hook> = {}): Hook {
  return {
    name,
    act: { kind: 'function', function: name, parameters: {} },
    timeoutSeconds: 900,
    tries: 2,
    intervalSeconds: 60,
    onFailure: 'fail',
    ...is,
  };
}
const probe = aHook('shop', {
  act: { kind: 'http', url: 'http://x/', status: 200 },
  tries: 3,
  timeoutSeconds: 5,
});

/** A server whose hooks are run one step after the other; time goes on only where it is told to. */
class Course {
  runs: readonly HookRun[] = [];
  now = start;
  readonly #hooks: ServerHooks;
  readonly #is: Partial<HookView>;

  constructor(hooks: ServerHooks, is: Partial<HookView> = {}) {
    this.#hooks = hooks;
    this.#is = is;
  }

  step(site: HookSite, is: Partial<HookView> = {}): HookStep {
    return nextHookStep(
      frozen({
        ...{ wave: 'p.w', server: 's-1', site, phase: 'cutover' as const, attempt: 1 },
        ...{ hooks: this.#hooks, runs: this.runs, launch: null, now: this.now },
        ...this.#is,
        ...is,
      }),
    );
  }

  /** Takes the next step with this answer to its call; says what was asked, by key. */
  take(site: HookSite, answer?: HookAnswer, is: Partial<HookView> = {}): string {
    const step = this.step(site, is);
    if (step.do === 'end') {
      this.runs = withRun(this.runs, step.run);
      return `${step.run.key} ${step.run.status}`;
    }
    if (step.do !== 'call') return step.do === 'wait' ? `waits: ${step.reason}` : step.do;
    this.runs = withRun(this.runs, step.run);
    if (answer !== undefined) {
      this.runs = withRun(this.runs, afterCall(step.run, step.hook, step.ask, answer, this.now));
    }
    return `${step.ask} ${step.run.key}`;
  }

  later(seconds: number): this {
    this.now = plusSeconds(this.now, seconds);
    return this;
  }
}

const result = (status: 'succeeded' | 'failed' | 'pending' | 'unknown', reason?: string) =>
  ({
    is: 'result',
    result: { status, ...(reason === undefined ? {} : { reason }) },
  }) satisfies HookAnswer;
const lost: HookAnswer = { is: 'lost', because: 'the connection broke' };
const one = (point: keyof ServerHooks, is: Partial<Hook> = {}) =>
  new Course({ [point]: [aHook('a', is)], thaw: [aHook('back')], switchBack: [] });

describe('the hooks of a site', () => {
  it('are none where the plan has none there', () => {
    expect(new Course({}).step('freeze')).toEqual({ do: 'done' });
    expect(one('freeze').step('tested')).toEqual({ do: 'done' });
  });

  it('run one after the other, point by point', () => {
    const course = new Course({
      ...{
        beforeFreeze: [aHook('a'), aHook('b')],
        freeze: [aHook('a')],
        afterFreeze: [aHook('a')],
      },
      thaw: [],
    });
    const asked = [1, 2, 3, 4, 5].map(() => course.take('freeze', result('succeeded')));
    expect(asked).toEqual([
      'run p.w/s-1/beforeFreeze.a/1.1',
      'run p.w/s-1/beforeFreeze.b/1.1',
      'run p.w/s-1/freeze.a/1.1',
      'run p.w/s-1/afterFreeze.a/1.1',
      'done',
    ]);
  });

  it('belong to an attempt: the next one runs them anew under other keys', () => {
    const course = one('freeze');
    course.take('freeze', result('succeeded'));
    expect(course.take('freeze')).toBe('done');
    expect(course.take('freeze', undefined, { attempt: 2 })).toBe('run p.w/s-1/freeze.a/2.1');
  });
});

describe('a function', () => {
  it('that is pending is asked after once a minute, and never told to run again', () => {
    const course = one('freeze');
    course.take('freeze', result('pending', 'two of three stopped'));
    expect(course.take('freeze')).toBe('waits: freeze a: two of three stopped');
    expect(course.later(59).take('freeze')).toMatch(/^waits/);
    expect(course.later(1).take('freeze', result('succeeded'))).toBe('status p.w/s-1/freeze.a/1.1');
    expect(course.take('freeze')).toBe('done');
    expect(course.runs).toMatchObject([{ status: 'succeeded', endedAt: course.now, looks: 1 }]);
  });

  it('that is being called is left alone until its claim has passed, then asked after', () => {
    const course = one('freeze');
    course.take('freeze');
    expect(course.later(119).take('freeze')).toBe('waits: freeze a is being called');
    expect(course.later(1).take('freeze')).toBe('status p.w/s-1/freeze.a/1.1');
  });

  it('whose answer was lost is asked after; told to run again only where it never heard of it', () => {
    const course = one('freeze');
    course.take('freeze', lost);
    expect(course.later(60).take('freeze', result('unknown'))).toBe('status p.w/s-1/freeze.a/1.1');
    expect(course.take('freeze', lost)).toBe('run p.w/s-1/freeze.a/1.1');
    expect(course.later(60).take('freeze', result('succeeded'))).toMatch(/^status/);
    expect(course.runs).toHaveLength(1);
  });

  it('that was not begun is told to run again under the same key', () => {
    const course = one('freeze');
    course.take('freeze', { is: 'not-begun', because: 'throttled' });
    expect(course.take('freeze')).toBe('waits: freeze a: throttled');
    expect(course.later(60).take('freeze')).toBe('run p.w/s-1/freeze.a/1.1');
  });

  it('that fails is called again under a new key, as often as the plan says, then fails for good', () => {
    const course = one('freeze');
    course.take('freeze', result('failed', 'no'));
    expect(course.take('freeze', { is: 'refused', because: 'no such function' })).toBe(
      'run p.w/s-1/freeze.a/1.2',
    );
    expect(course.step('freeze')).toEqual({
      do: 'fail',
      at: start,
      hold: false,
      failure: {
        code: 'HookFailed',
        message: 'hook freeze a failed: no such function',
        detail: 'freeze.a',
      },
    });
  });

  it('that answers unknown to its own run has failed', () => {
    const course = one('freeze', { tries: 1 });
    course.take('freeze', result('unknown'));
    expect(course.step('freeze').do).toBe('fail');
  });

  it('that has no end in its time has failed, whatever it says later', () => {
    const course = one('freeze', { timeoutSeconds: 300, tries: 1 });
    course.take('freeze', result('pending', 'still at it'));
    expect(course.later(300).take('freeze')).toBe('p.w/s-1/freeze.a/1.1 failed');
    expect(course.step('freeze')).toMatchObject({
      failure: { message: 'hook freeze a failed: no end of it within 5 min: still at it' },
    });
  });

  describe('T8: of a document whose time is over', () => {
    const overdue = () => {
      const act = { kind: 'document', document: 'stop', parameters: {}, node: 'mi-1' } as const;
      const course = one('freeze', { act, timeoutSeconds: 300, tries: 1 });
      course.take('freeze', result('pending', 'its command is in progress'));
      return course.later(300);
    };
    const failed = (answer: HookAnswer) => {
      const course = overdue();
      course.take('freeze', answer);
      return course.step('freeze');
    };

    it('the command is stopped before anything else is done', () => {
      expect(overdue().step('freeze')).toMatchObject({ do: 'call', ask: 'cancel', isNew: false });
      expect(failed(result('failed', 'its command is cancelled'))).toMatchObject({
        failure: {
          message:
            'hook freeze a failed: no end of it within 5 min: its command is in progress; its command is cancelled',
        },
      });
    });

    it('an end that had come unseen counts', () => {
      expect(failed(result('succeeded'))).toEqual({ do: 'done' });
    });

    it.each([
      { is: 'refused', because: 'AccessDeniedException' },
      { is: 'lost', because: 'the connection broke' },
    ] as const)('what cannot be stopped has failed and says so: $because', (answer) => {
      expect(failed(answer)).toMatchObject({
        failure: {
          message: expect.stringContaining(
            `could not be stopped, and may run on: ${answer.because}`,
          ),
        },
      });
    });

    it('who died while stopping it stops it again', () => {
      const course = overdue();
      const step = course.step('freeze');
      if (step.do !== 'call') throw new Error('nothing is called');
      course.runs = withRun(course.runs, step.run);
      expect(course.later(60).step('freeze').do).toBe('wait');
      expect(course.later(61).step('freeze')).toMatchObject({ do: 'call', ask: 'cancel' });
    });
  });

  it('holds the server or lets the plan go on, where that is asked for', () => {
    const holds = one('freeze', { onFailure: 'hold', tries: 1 });
    holds.take('freeze', result('failed'));
    expect(holds.step('freeze')).toMatchObject({ do: 'fail', hold: true });
    const goesOn = one('freeze', { onFailure: 'continue', tries: 1 });
    goesOn.take('freeze', result('failed'));
    expect(goesOn.step('freeze')).toEqual({ do: 'done' });
  });
});

describe('a probe', () => {
  const bad: HookAnswer = { is: 'probed', good: false, found: 'status 503' };

  it('is tried at its interval within one run, as often as the plan says', () => {
    const course = new Course({ validateCutover: [probe] });
    expect(course.take('cut-over', bad)).toBe('probe p.w/s-1/validateCutover.shop/1.1');
    expect(course.take('cut-over')).toBe('waits: validateCutover shop: status 503');
    course.later(60).take('cut-over', bad);
    course.later(60).take('cut-over', bad);
    expect(course.step('cut-over')).toMatchObject({
      do: 'fail',
      failure: { message: 'hook validateCutover shop failed: status 503, in 3 tries' },
    });
  });

  it('has succeeded with the first good answer', () => {
    const course = new Course({ validateCutover: [probe] });
    course.take('cut-over', bad);
    course.later(60).take('cut-over', { is: 'probed', good: true, found: 'status 200' });
    expect(course.take('cut-over')).toBe('done');
    expect(course.runs).toMatchObject([{ evidence: { found: 'status 200', tries: 2 } }]);
  });
});

describe('the shutdown of the source', () => {
  const launch = { jobId: 'mgnjob-1', snapshotEndedAt: start };

  it('is skipped where the log of the launch tells of no snapshot', () => {
    const course = new Course(
      { afterSnapshot: [aHook('off')] },
      { launch: { jobId: 'mgnjob-1', snapshotEndedAt: undefined } },
    );
    expect(course.take('launched')).toBe('p.w/s-1/afterSnapshot.off/1.1 skipped');
    expect(course.take('launched')).toBe('done');
    const never = new Course({ afterSnapshot: [aHook('off')] });
    expect(never.take('launched')).toMatch(/skipped$/);
  });

  it('is done once a launch, also where a later attempt goes on with it', () => {
    const course = new Course({ afterSnapshot: [aHook('off')] }, { launch });
    course.take('launched', result('succeeded'));
    expect(course.runs).toMatchObject([{ jobId: 'mgnjob-1' }]);
    expect(course.take('launched', undefined, { attempt: 2 })).toBe('done');
    const again = { attempt: 2, launch: { ...launch, jobId: 'mgnjob-2' } };
    expect(course.take('launched', undefined, again)).toBe('run p.w/s-1/afterSnapshot.off/2.1');
  });
});

describe('what is undone', () => {
  const hooks = {
    freeze: [aHook('stop', { tries: 1 })],
    thaw: [aHook('start', { tries: 1 })],
    switch: [aHook('dns', { tries: 1 })],
    switchBack: [aHook('dns-back', { tries: 1 })],
  };
  const rollback = { phase: 'rollback' } as const;

  it('is nothing that was not begun', () => {
    const course = new Course(hooks);
    expect(course.take('undo')).toBe('done');
    expect(course.take('take-back')).toBe('done');
    expect(leftByHooks(hooks, course.runs)).toEqual([]);
    expect(leftByHooks(undefined, course.runs)).toEqual([]);
  });

  it.each([
    ['has succeeded', result('succeeded')],
    ['has failed', result('failed')],
    ['is not known', undefined],
  ])('is what %s, once', (_, answer) => {
    const course = new Course(hooks);
    course.take('freeze', answer);
    expect(leftByHooks(hooks, course.runs)).toEqual(['source-frozen']);
    expect(course.take('undo', result('succeeded'))).toBe('run p.w/s-1/thaw.start/1.1');
    expect(course.take('undo')).toBe('done');
    expect(course.take('undo', undefined, rollback)).toBe('done');
    expect(leftByHooks(hooks, course.runs)).toEqual([]);
  });

  it('is undone again after it was done again', () => {
    const course = new Course(hooks);
    course.take('freeze', result('succeeded'));
    course.take('undo', result('succeeded'));
    course.take('freeze', result('succeeded'), { attempt: 2 });
    expect(course.take('undo', undefined, { attempt: 2 })).toBe('run p.w/s-1/thaw.start/2.1');
  });

  it('that fails needs a person, whose rollback tries it anew', () => {
    const course = new Course(hooks);
    course.take('cut-over', result('succeeded'));
    course.take('take-back', result('failed', 'locked'), rollback);
    expect(course.step('take-back', rollback)).toMatchObject({
      do: 'fail',
      hold: false,
      failure: { code: 'UndoFailed', message: 'hook switchBack dns-back failed: locked' },
    });
    expect(leftByHooks(hooks, course.runs)).toEqual(['traffic-switched']);
    const second = { ...rollback, attempt: 2 };
    expect(course.take('take-back', result('succeeded'), second)).toBe(
      'run p.w/s-1/switchBack.dns-back/rollback-2.1',
    );
    expect(course.take('take-back', undefined, second)).toBe('done');
  });

  it('a switch without a way back stands; a freeze without a thaw has nothing to undo', () => {
    const bare = { ...hooks, thaw: [], switchBack: [] };
    const course = new Course(bare);
    course.take('freeze', result('succeeded'));
    course.take('cut-over', result('succeeded'));
    expect(course.take('undo')).toBe('done');
    expect(course.step('take-back', rollback)).toMatchObject({
      do: 'fail',
      failure: { code: 'UndoFailed' },
    });
  });

  it('a switch that stands is not made again by a later attempt; one that was taken back is', () => {
    const course = new Course(hooks);
    course.take('cut-over', result('succeeded'));
    expect(course.take('cut-over', undefined, { attempt: 2 })).toBe('done');
    course.take('take-back', result('succeeded'), rollback);
    expect(course.take('cut-over', undefined, { attempt: 2 })).toBe('run p.w/s-1/switch.dns/2.1');
  });
});

it('keeps the latest hundred tries', () => {
  const course = one('freeze');
  course.take('freeze', result('succeeded'));
  const [run] = course.runs;
  if (run === undefined) throw new Error('no run');
  const many = Array.from({ length: 150 }, (_, i) => ({ ...run, key: `k-${i}` }));
  const kept = many.reduce<readonly HookRun[]>(withRun, []);
  expect([kept.length, kept.at(0)?.key, kept.at(-1)?.key]).toEqual([100, 'k-50', 'k-149']);
});
