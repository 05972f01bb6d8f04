// An operator in a story: orders at events and at instants, through the runner that the commands use.
import type { OrderKind, Scope } from '../../src/core/order/order.ts';
import type { GatedPhase } from '../../src/core/plan/gates.ts';
import { secondsBetween } from '../../src/core/time.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import type { OrderReply } from '../../src/flow/operate/order.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { serverId } from './_fleet.ts';
import type { Moment, Story } from './_rehearse.ts';

/** The wave of every story. */
export const wave = 'story.wave-1';

/** Scopes as stories name them. */
export const all: Scope = { kind: 'wave', wave };
export const tier = (name: string): Scope => ({ kind: 'tier', wave, tier: name });
export const servers = (...numbers: readonly number[]): Scope => ({
  kind: 'servers',
  wave,
  servers: numbers.map(serverId),
});

/** An operator who keeps what was answered. */
export class Operator {
  readonly replies: OrderReply[] = [];

  /** What was answered to each order: `done`, `already`, or why it was refused. */
  get answers(): readonly string[] {
    return this.replies.map((reply) =>
      reply.status === 'refused' ? reply.refusal.kind : reply.status,
    );
  }

  /** Gives an order as joe, who always has the same reason. */
  async gives(
    ports: Ports,
    order: OrderKind,
    scope: Scope,
    more: { readonly confirmState?: boolean; readonly dryRun?: boolean } = {},
  ): Promise<void> {
    this.replies.push(
      await runOrder(ports, { order, scope, by: 'joe', reason: 'because', ...more }),
    );
  }
}

/** Acts at once when an event is told, of a phase where one is named. */
export function when(
  type: string,
  phase: string | undefined,
  act: (ports: Ports) => Promise<unknown>,
): Moment {
  return {
    event: (envelope) =>
      envelope['detail-type'] === type &&
      (phase === undefined || envelope.detail['phase'] === phase),
    happens: async ({ ports }) => {
      await act(ports);
    },
  };
}

/** Answers the approval of a phase as joe, as soon as it is asked for. */
export function answering(phase: GatedPhase, decision: 'approved' | 'denied'): Moment {
  const given = { wave, phase, by: 'joe', decision, reason: 'because' };
  return when('Wave Approval Requested', phase, (ports) => approve(ports, given));
}

/** An act so many seconds after the story began. */
export interface Act {
  readonly afterSeconds: number;
  readonly act: (ports: Ports) => Promise<unknown>;
}

/** Acts, each once, with the first call of a function that comes late enough; and has a poller that may be down. */
export function later(
  acts: readonly Act[],
  isDown: () => boolean = () => false,
): NonNullable<Story['around']> {
  let began: string | undefined;
  const open = [...acts];
  return async (ports, name, run) => {
    began ??= ports.clock.now();
    for (let next = open[0]; next !== undefined; next = open[0]) {
      if (secondsBetween(began, ports.clock.now()) < next.afterSeconds) break;
      open.shift();
      await next.act(ports);
    }
    return isDown() && name === 'poll' ? [] : run(ports);
  };
}
