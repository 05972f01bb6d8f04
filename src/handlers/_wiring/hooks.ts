import * as z from 'zod';
import { createLambdaClient, once } from '../../adapters/aws/clients.ts';
import { createDocumentRunner } from '../../adapters/aws/document-clients.ts';
import { invokeHook } from '../../adapters/aws/invoke-hook.ts';
import { probeAddress } from '../../adapters/http/probe.ts';
import type { HookAnswer } from '../../core/hook/hook-result.ts';
import type { HookCalls } from '../../flow/ports.ts';
import { part } from '../_wiring.ts';
import { onLambda } from './post.ts';
import { reach, reachOf } from './services.ts';

const names = z
  .string()
  .default('')
  .transform((text) => new Set(text.split(',')));

/** What hooks call: functions of Lambda, documents of Systems Manager, and addresses. */
export const hooks = part(
  {
    ...reach,
    ...onLambda,
    LANDFALL_HOOK_FUNCTIONS: names,
    LANDFALL_HOOK_DOCUMENTS: names,
    LANDFALL_ENDPOINT_SSM: z.string().default(''),
  },
  (settings): HookCalls => {
    const { AWS_LAMBDA_RUNTIME_API, LANDFALL_ENDPOINT_SSM: ssm } = settings;
    const client = once(() => createLambdaClient({ region: settings.AWS_REGION }));
    const reached = reachOf(settings);
    const run = createDocumentRunner({ ...reached, endpoints: { ...reached.endpoints, ssm } });
    const loopback = AWS_LAMBDA_RUNTIME_API === undefined;
    return {
      invoke: async (name, request) =>
        settings.LANDFALL_HOOK_FUNCTIONS.has(name)
          ? invokeHook(client, name, request)
          : unlisted(name, 'functions', 'call'),
      runDocument: async (asked) =>
        settings.LANDFALL_HOOK_DOCUMENTS.has(asked.document)
          ? run(asked)
          : unlisted(asked.document, 'documents', 'run'),
      probe: (probe, { timeoutSeconds }) =>
        probeAddress(probe, { timeoutMs: timeoutSeconds * 1000, loopback }),
    };
  },
  ({ ports }) => ports.hooks,
);

function unlisted(name: string, list: 'functions' | 'documents', verb: string): HookAnswer {
  return {
    is: 'refused',
    because: `${name} is not among the ${list} that this stage may ${verb}: add it to spec.hooks.${list} of the deployment file, and deploy`,
  };
}
