// In: launch actions of a template or a server to change. Out: the calls made, each once, until one is refused.
import { actionsById } from '../../../core/desired/drs/compare-drs.ts';
import { actionCalls } from '../../../core/desired/drs/drs-calls.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import type { DrsServerSettingsApi, WireDocument } from '../../ports.ts';
import { asked } from '../settings-ports.ts';
import { type Stopped, stoppedBy } from '../stopped.ts';
import type { DrsServersPorts } from './drs-settings-ports.ts';

/** Changes launch actions of a template or a server. */
export async function changeActions(
  ports: Pick<DrsServersPorts, 'rest'>,
  api: DrsServerSettingsApi,
  resourceId: string,
  changes: readonly SettingChange[],
  now: readonly WireDocument[],
): Promise<Stopped | undefined> {
  const orders = new Map(
    [...actionsById(now)].flatMap(([id, { order }]) =>
      typeof order === 'number' ? [[id, order] as const] : [],
    ),
  );
  for (const one of actionCalls(changes, orders)) {
    if (one.call === 'put') {
      const answer = await asked(ports, () => api.putLaunchAction(resourceId, one.action));
      if (!answer.ok) return stoppedBy('PutLaunchAction', answer.refusal);
      continue;
    }
    const answer = await asked(ports, () => api.deleteLaunchAction(resourceId, one.actionId));
    // What is gone need not be deleted.
    if (!answer.ok && answer.refusal.kind !== 'not-found') {
      return stoppedBy('DeleteLaunchAction', answer.refusal);
    }
  }
  return undefined;
}
