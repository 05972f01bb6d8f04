// In: what an order is called and about. Out: its command: the options that name a scope, a confirmation where it cannot
// be taken back, and the one runner of orders behind it.
import type { ArgsDef } from 'citty';
import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import type { OrderKind, Scope } from '../core/order/order.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { deploymentOptions } from './deployment-options.ts';
import { ExitCode } from './exit-code.ts';

/** What one command of an order is like. */
export interface OrderCommand {
  readonly order: OrderKind;
  readonly description: string;
  /** The widest scope that it takes, and whether it takes tiers and servers. */
  readonly takes: { readonly wide: boolean; readonly narrow: boolean };
  /** Whether frozen servers may be vouched for. */
  readonly confirmsState?: boolean;
  /** What cannot be taken back, said before it is asked whether to go on. */
  readonly warning?: (subject: string) => string;
}

/** Makes the command of an order. */
export function orderCommandOf(spec: OrderCommand): Command {
  return {
    definition: {
      meta: { name: spec.order, description: spec.description },
      args: argumentsOf(spec),
    },
    repeatable: spec.takes.narrow ? ['server'] : [],
    run: (given) => run(spec, given),
  };
}

function argumentsOf({ takes, confirmsState, warning }: OrderCommand): ArgsDef {
  return {
    wave: {
      type: 'positional',
      required: !takes.wide,
      description: takes.wide
        ? 'The wave, as PLAN.WAVE, or a whole PLAN'
        : 'The wave, as PLAN.WAVE',
    },
    ...(takes.narrow
      ? {
          tier: {
            type: 'string' as const,
            valueHint: 'name',
            description: 'Only this tier of the wave; `rest` for the servers that no tier picks',
          },
          server: {
            type: 'string' as const,
            valueHint: 'id',
            description: 'Only this server of the wave; may be given more than once',
          },
        }
      : {}),
    ...(takes.wide
      ? {
          all: {
            type: 'boolean' as const,
            description: 'Everything that runs in the stage, and what starts later',
          },
        }
      : {}),
    ...(confirmsState === true
      ? {
          'confirm-state': {
            type: 'boolean' as const,
            description: 'You have looked at the frozen servers and vouch for their state',
          },
        }
      : {}),
    ...(warning === undefined
      ? {}
      : {
          yes: {
            type: 'boolean' as const,
            description: 'Do not ask; needed where there is no terminal',
          },
        }),
    reason: {
      type: 'string',
      required: true,
      valueHint: 'text',
      description: 'Why, for those who read it later',
    },
    'dry-run': { type: 'boolean', description: 'Write nothing: say what would come of it' },
    ...deploymentOptions,
  };
}

/** Reads whom an order is about; every contradiction is named. */
export function scopeOf(
  given: Pick<Arguments, 'one' | 'all' | 'has'>,
):
  | { readonly ok: true; readonly scope: Scope }
  | { readonly ok: false; readonly problem: Problem } {
  const subject = given.one('wave');
  const tier = given.one('tier');
  const servers = given.all('server');
  const refused = (problem: string, remedy: string) => ({
    ok: false as const,
    problem: problemAt([], problem, remedy),
  });
  const narrow = tier !== undefined || servers.length > 0;
  if (given.has('all')) {
    return subject !== undefined || narrow
      ? refused(
          '--all is everything',
          'leave out the wave, --tier and --server, or leave out --all',
        )
      : { ok: true, scope: { kind: 'stage' } };
  }
  if (subject === undefined) {
    return refused('WAVE is missing', 'name it as PLAN.WAVE, or a whole PLAN, or say --all');
  }
  if (tier !== undefined && servers.length > 0) {
    return refused('--tier and --server are given both', 'give one of them');
  }
  if (!subject.includes('.')) {
    return narrow
      ? refused(`${shown(subject)} is a plan`, '--tier and --server need a wave, as PLAN.WAVE')
      : { ok: true, scope: { kind: 'plan', plan: subject } };
  }
  if (tier !== undefined) return { ok: true, scope: { kind: 'tier', wave: subject, tier } };
  if (servers.length > 0) {
    const ids = [...new Set(servers)];
    return { ok: true, scope: { kind: 'servers', wave: subject, servers: ids } };
  }
  return { ok: true, scope: { kind: 'wave', wave: subject } };
}

async function run({ order, warning }: OrderCommand, given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('./on-deployment.ts');
  const { runOrder } = await import('../flow/operate/run-order.ts');
  const { printReply } = await import('./order-reply.ts');
  const json = given.has('json');
  const read = scopeOf(given);
  if (!read.ok) return refuse([read.problem], json);
  const { scope } = read;
  const dryRun = given.has('dry-run');
  if (warning !== undefined && !given.has('yes') && !dryRun) {
    const { confirmByName } = await import('./confirmation.ts');
    const subject = given.one('wave') ?? '';
    const agreed = await confirmByName(warning(subject), subject);
    if (agreed === 'nobody') {
      const remedy = 'say --yes, or pause it instead';
      return refuse([problemAt([], `nobody is here to confirm the ${order}`, remedy)], json);
    }
    if (agreed === 'interrupted') return ExitCode.Interrupted;
    if (agreed === 'no') {
      return refuse([problemAt([], `the ${order} was not confirmed`, 'nothing to do')], json);
    }
  }
  return onDeployment(given, async ({ ports, identity }) => {
    const reply = await runOrder(ports, {
      order,
      scope,
      by: identity.arn,
      reason: given.one('reason') ?? '',
      confirmState: given.has('confirm-state'),
      dryRun,
    });
    return printReply(reply, identity.arn, json);
  });
}
