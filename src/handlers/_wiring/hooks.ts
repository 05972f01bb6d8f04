import * as z from 'zod';
import { createLambdaClient } from '../../adapters/aws/clients.ts';
import { invokeHook } from '../../adapters/aws/invoke-hook.ts';
import { probeAddress } from '../../adapters/http/probe.ts';
import type { HookCalls } from '../../flow/ports.ts';
import { part } from '../_wiring.ts';
import { onLambda } from './post.ts';
import { region } from './region.ts';

/** What hooks call: functions of Lambda, and addresses. */
export const hooks = part(
  { ...region, ...onLambda, LANDFALL_HOOK_FUNCTIONS: z.string().default('') },
  ({ AWS_REGION, AWS_LAMBDA_RUNTIME_API, LANDFALL_HOOK_FUNCTIONS }): HookCalls => {
    const allowed = new Set(LANDFALL_HOOK_FUNCTIONS.split(','));
    const client = createLambdaClient({ region: AWS_REGION });
    const loopback = AWS_LAMBDA_RUNTIME_API === undefined;
    return {
      invoke: async (name, request) =>
        allowed.has(name)
          ? invokeHook(client, name, request)
          : {
              is: 'refused',
              because: `${name} is not among the functions that this stage may call: add it to spec.hooks.functions of the deployment file, and deploy`,
            },
      probe: (probe, { timeoutSeconds }) =>
        probeAddress(probe, { timeoutMs: timeoutSeconds * 1000, loopback }),
    };
  },
  ({ ports }) => ports.hooks,
);
