// In: a tick of either service. Out: the account's own templates, which new servers take their settings from. Called by
// look-at-configurations and, for DRS, look-at-drs-configurations.
import type { TemplateSeen } from '../../core/configuration/drift.ts';
import { launchFields, replicationFields } from '../../core/configuration/fields.ts';
import { textAt } from '../../core/observation.ts';
import type { ConfigurationApi, Refusal } from '../ports.ts';
import { ask, type Tick } from './tick.ts';

// What is remembered of an account's templates is written with every tick.
const mostTemplates = 20;

/** Looks at the account's launch and replication templates; what has changed is told in the target's stream. */
export async function lookAtTemplates(
  tick: Tick & { readonly api: ConfigurationApi },
): Promise<Refusal | undefined> {
  const { api } = tick;
  const launch = await ask(tick, () => api.describeLaunchConfigurationTemplates());
  if (!launch.ok) return launch.refusal;
  const replication = await ask(tick, () => api.describeReplicationConfigurationTemplates());
  if (!replication.ok) return replication.refusal;
  const found: [string, TemplateSeen][] = [
    ...launch.value.flatMap((document): [string, TemplateSeen][] => {
      const id = textAt(document, 'launchConfigurationTemplateID');
      return id === undefined ? [] : [[id, { kind: 'launch', fields: launchFields(document) }]];
    }),
    ...replication.value.flatMap((document): [string, TemplateSeen][] => {
      const id = textAt(document, 'replicationConfigurationTemplateID');
      const fields = replicationFields(document);
      return id === undefined ? [] : [[id, { kind: 'replication', fields }]];
    }),
  ];
  tick.seen.templates = Object.fromEntries(
    found.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, mostTemplates),
  );
  return undefined;
}
