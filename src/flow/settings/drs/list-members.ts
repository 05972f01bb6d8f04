// In: a target of DRS. Out: its servers, as far as they can be picked by. Called before a launch configuration is worked out.

import { observeDrsServer } from '../../../core/observation/drs-server.ts';
import { docAt, textAt } from '../../../core/observation.ts';
import type { DrsMember } from '../../../core/plan/launch-configuration/wanted.ts';
import type { Target } from '../../../core/target.ts';
import type { Answer } from '../../ports.ts';
import { asked } from '../settings-ports.ts';
import type { DrsSettingsPorts } from './drs-settings-ports.ts';

/** Lists the servers of a target; where DRS is not initialised there are none. */
export async function listMembers(
  ports: DrsSettingsPorts,
  target: Target,
): Promise<Answer<readonly DrsMember[]>> {
  const listed = await asked(ports, () => ports.drsSettingsOf(target).describeSourceServers());
  if (!listed.ok) {
    return listed.refusal.kind === 'uninitialized' ? { ok: true, value: [] } : listed;
  }
  const now = ports.clock.now();
  const members = listed.value.flatMap((document): readonly DrsMember[] => {
    const seen = observeDrsServer(document, { target, readAt: now, answeredAt: now });
    if (seen === undefined) return [];
    const { sourceServerId, hostname, tags } = seen;
    const hints = docAt(docAt(document, 'sourceProperties'), 'identificationHints');
    const fqdn = textAt(hints, 'fqdn');
    return [
      {
        ...{ sourceServerId, target, tags },
        ...(hostname === undefined ? {} : { hostname }),
        ...(fqdn === undefined ? {} : { fqdn }),
      },
    ];
  });
  return { ok: true, value: members };
}
