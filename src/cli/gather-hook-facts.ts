// In: an open deployment. Out: whether what its stage lets hooks call is there, and may be called. Reads only. Called by
// gather-deploy-facts.
import type { Answer } from '../flow/ports.ts';
import type { FunctionFacts, HookFacts } from './deploy-facts.ts';
import type { OpenDeployment } from './open-deployment.ts';
import { sideBySide } from './side-by-side.ts';

type Asked = Pick<OpenDeployment, 'region' | 'identity' | 'targets' | 'outputs'> & {
  readonly aws: Pick<
    OpenDeployment['aws'],
    'reservedConcurrency' | 'documentState' | 'permissions'
  >;
};

/** Looks for the listed functions, and for the listed documents where the own account runs them. */
export async function gatherHookFacts(
  deployment: Asked,
  runHooks: Answer<FunctionFacts> | undefined,
): Promise<HookFacts | undefined> {
  const { aws, targets, outputs } = deployment;
  const { hooks } = outputs;
  if (hooks === undefined) return undefined;
  const own = targets.filter(({ access }) => access === 'own');
  const regions = [...new Set(own.map(({ target }) => target.region))].sort();
  const functions = await sideBySide(
    hooks.functions,
    async (name) => [name, await aws.reservedConcurrency(unqualified(name))] as const,
  );
  const documents = await sideBySide(
    regions.flatMap((region) => hooks.documents.map((name) => ({ region, name }))),
    async ({ region, name }) => ({ region, name, state: await aws.documentState(region, name) }),
  );
  return {
    functions: Object.fromEntries(functions),
    documents,
    elsewhere: hooks.documents.length > 0 && own.length < targets.length,
    allowed: await allowedOf(deployment, hooks.functions, runHooks),
  };
}

/** Whether the role of the function that runs hooks may call the listed functions. */
async function allowedOf(
  { aws, region, identity }: Asked,
  names: readonly string[],
  runHooks: Answer<FunctionFacts> | undefined,
): Promise<HookFacts['allowed']> {
  if (runHooks?.ok !== true || runHooks.value.roleArn === '' || names.length === 0)
    return undefined;
  const [, partition = 'aws'] = identity.arn.split(':');
  const arns = names.map((name) =>
    name.startsWith('arn:')
      ? name
      : `arn:${partition}:lambda:${region}:${identity.accountId}:function:${name}`,
  );
  return aws.permissions(runHooks.value.roleArn, ['lambda:InvokeFunction'], arns);
}

/** A function without its alias or version: concurrency is reserved for all of it. */
function unqualified(name: string): string {
  return name.startsWith('arn:') ? name.split(':').slice(0, 7).join(':') : name;
}
