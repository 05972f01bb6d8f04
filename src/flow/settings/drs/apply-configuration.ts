// In: what is wanted of templates and servers of DRS beside what is, and who wants it and why. Out: all of it is set, and told one
// by one. Called by the commands that apply and fix.
import type { SettingsOrder } from '../apply-settings.ts';
import { applyDrsServer } from './apply-drs-server.ts';
import { applyTemplate } from './apply-template.ts';
import type { ConfigurationCompared } from './compare-configuration.ts';
import type { DrsResult, DrsSettingsPorts } from './drs-settings-ports.ts';
import { meanOtherwise } from './mean-settings.ts';

/**
 * Sets servers, then templates. The poller compares servers with templates: each server is expected to be as it is set from
 * before its call on, so that at no moment in between is drift told of it; once the templates are set, only what is meant
 * otherwise stays expected.
 */
export async function applyConfiguration(
  ports: DrsSettingsPorts,
  order: SettingsOrder,
  { templates, servers }: ConfigurationCompared,
  options: { readonly initialize: boolean },
  tell: (result: DrsResult) => void,
): Promise<readonly DrsResult[]> {
  const results: DrsResult[] = [];
  const add = (result: DrsResult) => {
    results.push(result);
    tell(result);
    return result;
  };
  const settled = [];
  for (const { wanted, ...one } of servers) {
    const { status } = add(await applyDrsServer(ports, order, wanted));
    const actions = one.is === 'compared' ? (one.seen.actions ?? []) : [];
    if (status === 'same' || status === 'done') settled.push({ wanted, actions });
  }
  for (const { wanted } of templates) add(await applyTemplate(ports, order, wanted, options));
  for (const { wanted, actions } of settled) {
    await meanOtherwise(ports, order.plan, wanted, actions);
  }
  return results;
}
