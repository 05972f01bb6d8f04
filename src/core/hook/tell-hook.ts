import { DetailType } from '../event/detail-type.ts';
import { cutText, type Told } from '../event/stream.ts';
import { undoes } from '../plan/hooks.ts';
import type { ServerHooks } from '../plan/hooks-for.ts';
import { secondsBetween } from '../time.ts';
import type { HookRun } from './hook-run.ts';

const undoPoints = ['thaw', 'switchBack'] as const;

/** Tells that a try of a hook begins, or how it ended. */
export function tellHook(run: HookRun, hooks: ServerHooks): Told {
  const hook = hooks[run.point]?.find(({ name }) => name === run.name);
  const [undo] = undoPoints.filter((one) => undoes[one] === run.point);
  const { key, point, kind, phase, attempt, status, jobId, reason, evidence } = run;
  return {
    detailType: DetailType.ServerHook,
    members: {
      key,
      point,
      hook: run.name,
      kind,
      phase,
      attempt,
      try: run.try,
      status,
      ...(jobId === undefined ? {} : { jobId }),
      ...(run.endedAt === null
        ? {}
        : { durationSeconds: Math.round(secondsBetween(run.startedAt, run.endedAt)) }),
      onFailure: hook?.onFailure ?? 'fail',
      ...(undo === undefined ? {} : { undo: (hooks[undo] ?? []).length > 0 }),
      ...(reason === undefined ? {} : { reason: cutText(reason) }),
      ...(evidence === undefined ? {} : { evidence: cutText(JSON.stringify(evidence)) }),
    },
  };
}
