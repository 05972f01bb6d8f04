// In: what is wanted of templates, and of the existing servers that were named. Out: a person has agreed to what differs, and it
// is set.
import { compareConfiguration } from '../../flow/settings/drs/compare-configuration.ts';
import type { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';
import { counted } from '../text-table.ts';
import { agreedTo } from './agreed-to.ts';
import type { TemplateRequest } from './on-launch-configuration.ts';
import { problemsOf, setConfiguration } from './set-configuration.ts';
import { comparedText, isAllAsWanted } from './template-text.ts';

/** Sets what differs. Existing servers are touched only where they were asked for. */
export async function applyTemplateFile(
  request: TemplateRequest,
  { initialize, yes }: { readonly initialize: boolean; readonly yes: boolean },
): Promise<ExitCode> {
  const { ports, templates, asked, configuration, notes, json } = request;
  const servers = asked ? request.servers : [];
  const compared = await compareConfiguration(ports, { templates, servers });
  const problems = problemsOf(compared, { initialize });
  if (problems.length > 0) return refuse(problems, json);
  if (!(yes || isAllAsWanted(compared))) {
    console.error(comparedText(compared, notes));
    const whom = `${counted(templates.length, 'template')} and ${counted(servers.length, 'server')}`;
    const warning = `This sets what differs of ${whom}.`;
    const refused = await agreedTo('apply', warning, configuration.metadata.name, json);
    if (refused !== undefined) return refused;
  }
  const code = await setConfiguration(request, compared, { initialize });
  if (!(asked || json) && request.servers.length > 0) {
    console.log(
      'Existing servers are as they were: name them with --server, --tag or --wave, or all with --all-servers.',
    );
  }
  return code;
}
