import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'deploy-check',
    description: 'Look a deployment over: can waves run, and if not, why',
  },
  args: { ...deploymentOptions },
};

/**
 * `landfall deploy-check`: looks a deployment over and says what to mend. Reads only. Ends with 0 where waves can run,
 * with 1 where something must be mended, with 2 where it cannot connect.
 * @example landfall deploy-check --stage prod --profile migration
 */
export const deployCheck: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { gatherDeployFacts } = await import('../gather-deploy-facts.ts');
  const { deployFindings } = await import('../deploy-findings.ts');
  const { reportRecord, reportText, worstOf } = await import('../deploy-report.ts');
  return onDeployment(given, async (deployment) => {
    const { stack, region, identity } = deployment;
    const findings = deployFindings(await gatherDeployFacts(deployment));
    const named = { stack: stack.name, region, accountId: identity.accountId };
    console.log(
      given.has('json')
        ? JSON.stringify(reportRecord(named, findings))
        : reportText(`${stack.name} in ${region}, account ${identity.accountId}`, findings),
    );
    return worstOf(findings) === 'fail' ? ExitCode.NotAll : ExitCode.Done;
  });
}
