// In: what is wanted of templates and servers, and what is to be done about drift. Out: drift is told, and by its mode and the
// freezes fixed or put back; the exit code says whether any is left.
import { driftAction } from '../../core/desired/drs/drift-action.ts';
import { printable } from '../../core/fleet/problem.ts';
import {
  type DriftMode,
  freezesOf,
} from '../../core/plan/launch-configuration/launch-configuration-form.ts';
import { targetName } from '../../core/target.ts';
import {
  type ConfigurationCompared,
  compareConfiguration,
} from '../../flow/settings/drs/compare-configuration.ts';
import { isOfTemplate } from '../../flow/settings/drs/drs-settings-ports.ts';
import { appliedIn, type ServerApplied } from '../../flow/settings/restore-settings.ts';
import { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';
import type { TemplateRequest } from './on-launch-configuration.ts';
import { restoreAll } from './restore-all.ts';
import { problemsOf, setConfiguration } from './set-configuration.ts';
import { comparedRecord, comparedText, isAllAsWanted } from './template-text.ts';

/** Tells drift, and does about it what its mode says. */
export async function actOnDrift(request: TemplateRequest, mode: DriftMode): Promise<ExitCode> {
  const { ports, configuration, notes, json, asked } = request;
  const compared = await compareConfiguration(ports, request);
  const isSame = isAllAsWanted(compared);
  const action = driftAction(mode, freezesOf(configuration), ports.clock.now());
  if (isSame || action.does === 'report') {
    const because = action.does === 'report' ? action.because : undefined;
    if (json) {
      const record = { configuration: configuration.metadata.name, mode, same: isSame };
      const why = because === undefined ? {} : { because };
      console.log(
        JSON.stringify({ outcome: 'done', ...record, ...why, ...comparedRecord(compared), notes }),
      );
    } else {
      console.log(comparedText(compared, notes));
      if (!isSame && because !== undefined) {
        console.log(`Drift is told and not fixed: ${printable(because)}.`);
      }
    }
    return isSame ? ExitCode.Done : ExitCode.NotAll;
  }
  // Existing servers are touched only where they were asked for.
  const meant: ConfigurationCompared = asked ? compared : { ...compared, servers: [] };
  if (action.does === 'fix') {
    const problems = problemsOf(meant, { initialize: false });
    if (problems.length > 0) return refuse(problems, json);
    const code = await setConfiguration(request, meant, { initialize: false });
    return code === ExitCode.Done && meant !== compared && hasDrift(compared)
      ? ExitCode.NotAll
      : code;
  }
  const records = await appliedIn(
    ports,
    request.templates.map(({ target }) => target),
  );
  const drifted = records.filter((one) => isDrifted(one, meant));
  // What drifted is not as Landfall set it: it is put back all the same.
  return restoreAll(request, drifted, { force: true, dryRun: false });
}

function hasDrift({ servers }: ConfigurationCompared): boolean {
  return !isAllAsWanted({ templates: [], servers });
}

function isDrifted(
  { target, applied }: ServerApplied,
  { templates, servers }: ConfigurationCompared,
): boolean {
  const name = targetName(target);
  const of = isOfTemplate(applied)
    ? templates.find(({ wanted }) => targetName(wanted.target) === name)
    : servers.find(
        ({ wanted }) => targetName(wanted.target) === name && wanted.server === applied.server,
      );
  return of?.is === 'compared' && of.comparison.changes.length > 0;
}
