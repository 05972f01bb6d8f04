import middy from '@middy/core';
import type * as z from 'zod';
import { InvalidInput } from '../core/failure.ts';
import { type Deployment, deployment } from './_wiring.ts';

/**
 * Binds a verb to Lambda: parses the event at the door, runs, and logs one structured line of what came out. A bad
 * event is refused as InvalidInput before anything is touched; whatever fails is logged and thrown on.
 */
export function lambda<Schema extends z.ZodType, Result>(
  name: string,
  input: Schema,
  run: (deployed: Deployment, event: z.output<Schema>) => Promise<Result>,
) {
  return middy<unknown>().handler(async (event): Promise<Result> => {
    const deployed = deployment();
    const parsed = input.safeParse(event);
    try {
      if (!parsed.success) throw new InvalidInput(refusalOf(name, parsed.error));
      const result = await run(deployed, parsed.data);
      deployed.log({ level: 'info', function: name, result });
      return result;
    } catch (error) {
      deployed.log({
        level: 'error',
        function: name,
        error:
          error instanceof Error ? { name: error.name, message: error.message } : String(error),
      });
      throw error;
    }
  });
}

function refusalOf(name: string, error: z.ZodError): string {
  const problems = error.issues.map(
    (issue) => `${issue.path.join('.') || 'event'}: ${issue.message}`,
  );
  return `ContractBroken: ${name} was called with what it does not take: ${problems.join('; ')}`;
}
