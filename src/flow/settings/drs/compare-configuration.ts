// In: what is wanted of templates and servers of DRS. Out: each beside what is. Only reads. Called by the commands on launch
// configurations.
import type { Comparison } from '../../../core/desired/compare.ts';
import { compareTemplate } from '../../../core/desired/drs/compare-drs.ts';
import type {
  ServerWanted,
  TemplateWanted,
} from '../../../core/plan/launch-configuration/wanted.ts';
import { compareDrsServers, type DrsServerCompared } from './compare-drs-servers.ts';
import type { DrsSettingsPorts } from './drs-settings-ports.ts';
import { lookAtTemplate, type TemplateLook, templateId } from './look-at-template.ts';

/** A template beside what is wanted of it, or why it cannot be worked with. */
export type TemplateCompared = { readonly wanted: TemplateWanted } & (
  | {
      readonly is: 'compared';
      readonly comparison: Comparison;
      /** Null where the account has none. */
      readonly id: string | null;
    }
  | { readonly is: 'unusable'; readonly look: Exclude<TemplateLook, { readonly is: 'seen' }> }
);

/** All four levels: templates with their launch actions, servers with theirs and their EC2 launch templates. */
export interface ConfigurationCompared {
  readonly templates: readonly TemplateCompared[];
  readonly servers: readonly DrsServerCompared[];
}

/** Compares all that is wanted with what is. */
export async function compareConfiguration(
  ports: DrsSettingsPorts,
  wanted: {
    readonly templates: readonly TemplateWanted[];
    readonly servers: readonly ServerWanted[];
  },
): Promise<ConfigurationCompared> {
  const templates: TemplateCompared[] = [];
  for (const one of wanted.templates) {
    const look = await lookAtTemplate(ports, one.target, one.actions !== undefined);
    if (look.is !== 'seen') {
      templates.push({ wanted: one, is: 'unusable', look });
      continue;
    }
    const { document } = look.seen;
    templates.push({
      wanted: one,
      is: 'compared',
      comparison: compareTemplate(one, look.seen),
      id: document === undefined ? null : templateId(document),
    });
  }
  return { templates, servers: await compareDrsServers(ports, wanted.servers) };
}
