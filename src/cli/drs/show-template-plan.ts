// In: what is wanted of templates and servers. Out: what differs, as a table or as JSON, and the exit code: 0 the same, 1 not.
import { compareConfiguration } from '../../flow/settings/drs/compare-configuration.ts';
import { ExitCode } from '../exit-code.ts';
import type { TemplateRequest } from './on-launch-configuration.ts';
import { comparedRecord, comparedText, isAllAsWanted } from './template-text.ts';

/** Shows how templates and servers are set otherwise than it is wanted. */
export async function showTemplatePlan(request: TemplateRequest): Promise<ExitCode> {
  const { ports, configuration, notes, json } = request;
  const compared = await compareConfiguration(ports, request);
  const same = isAllAsWanted(compared);
  const { name } = configuration.metadata;
  if (json) {
    const record = { configuration: name, same, ...comparedRecord(compared), notes };
    console.log(JSON.stringify({ outcome: 'done', ...record }));
  } else {
    const how =
      'landfall drs template apply FILE --reason "…", with --all-servers or --server for servers';
    console.log(comparedText(compared, notes));
    if (!same) console.log(`Set it with: ${how}`);
  }
  return same ? ExitCode.Done : ExitCode.NotAll;
}
