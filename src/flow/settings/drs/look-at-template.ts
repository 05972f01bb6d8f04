// In: a target of DRS. Out: its account's launch configuration template as it is, with its launch actions. Only reads. Called by
// whoever shows, applies or puts back.
import type { DrsTemplateSeen } from '../../../core/desired/drs/compare-drs.ts';
import { textAt } from '../../../core/observation.ts';
import type { Target } from '../../../core/target.ts';
import { asked } from '../settings-ports.ts';
import { type Stopped, stoppedBy } from '../stopped.ts';
import type { DrsSettingsPorts } from './drs-settings-ports.ts';

/** What a look at an account's template found. */
export type TemplateLook =
  | { readonly is: 'seen'; readonly seen: DrsTemplateSeen }
  | { readonly is: 'uninitialized' }
  /** More than one: which of them counts, nobody says. */
  | { readonly is: 'several'; readonly ids: readonly string[] }
  | { readonly is: 'unread'; readonly stopped: Stopped };

/** Looks at an account's template. */
export async function lookAtTemplate(
  ports: DrsSettingsPorts,
  target: Target,
  withActions: boolean,
): Promise<TemplateLook> {
  const api = ports.drsSettingsOf(target);
  const found = await asked(ports, () => api.describeLaunchConfigurationTemplates());
  if (!found.ok) {
    if (found.refusal.kind === 'uninitialized') return { is: 'uninitialized' };
    const stopped = stoppedBy('DescribeLaunchConfigurationTemplates', found.refusal);
    return { is: 'unread', stopped };
  }
  const [document, ...more] = found.value;
  if (more.length > 0) return { is: 'several', ids: found.value.map(templateId) };
  if (document === undefined) return { is: 'seen', seen: { document, actions: [] } };
  if (!withActions) return { is: 'seen', seen: { document } };
  const actions = await asked(ports, () => api.listLaunchActions(templateId(document)));
  if (!actions.ok) {
    // Deleted between the two calls.
    return actions.refusal.kind === 'not-found'
      ? { is: 'seen', seen: { document: undefined, actions: [] } }
      : { is: 'unread', stopped: stoppedBy('ListLaunchActions', actions.refusal) };
  }
  return { is: 'seen', seen: { document, actions: actions.value } };
}

/** The id of a template. */
export function templateId(document: Readonly<Record<string, unknown>>): string {
  return textAt(document, 'launchConfigurationTemplateID') ?? '';
}

/** Says why a template cannot be worked with; undefined where it can. */
export function unusableBecause(look: TemplateLook): string | undefined {
  switch (look.is) {
    case 'seen':
      return undefined;
    case 'uninitialized':
      return 'DRS is not initialised in this account and Region';
    case 'several':
      return `the account has ${look.ids.length} launch configuration templates (${look.ids.join(', ')}), and nobody says which counts: delete all but one in DRS`;
    case 'unread':
      return `${look.stopped.operation} was refused (${look.stopped.refusal.errorName}: ${look.stopped.refusal.message})`.slice(
        0,
        500,
      );
    default:
      return look satisfies never;
  }
}
