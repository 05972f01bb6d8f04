import { problemAt } from '../../core/fleet/problem.ts';
import { confirmByName } from '../confirmation.ts';
import { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';

/** Has a person agree by typing a name; answers the exit code where nobody did. */
export async function agreedTo(
  what: string,
  warning: string,
  name: string,
  json: boolean,
): Promise<ExitCode | undefined> {
  const agreed = await confirmByName(warning, name);
  switch (agreed) {
    case 'yes':
      return undefined;
    case 'interrupted':
      return ExitCode.Interrupted;
    case 'nobody':
      return refuse([problemAt([], `nobody is here to confirm the ${what}`, 'say --yes')], json);
    case 'no':
      return refuse([problemAt([], `the ${what} was not confirmed`, 'nothing to do')], json);
    default:
      return agreed satisfies never;
  }
}
