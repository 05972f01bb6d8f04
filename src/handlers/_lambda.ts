import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { InvalidInput } from '../core/failure.ts';
import { type Given, giver, log, type Parts, parsedOnce } from './_wiring.ts';

/**
 * Binds a verb to Lambda: gives it the parts that it names, parses the event at the door, runs, and logs one structured
 * line of what came out. A bad event is refused as InvalidInput before anything is touched; whatever fails is logged
 * and thrown on.
 */
export function lambda<Schema extends z.ZodType, Named extends Parts, Result>(
  name: string,
  input: Schema,
  named: Named,
  run: (
    given: Given<Named>,
    event: z.output<Schema>,
    secondsLeft: number | undefined,
  ) => Promise<Result>,
) {
  const give = giver(named);
  const giveLog = giver({ log });
  return middy<unknown>().handler(async (event, context): Promise<Result> => {
    const { log: tell } = giveLog();
    try {
      const given = give();
      const parsed = input.safeParse(event, parsedOnce);
      if (!parsed.success) throw new InvalidInput(refusalOf(name, parsed.error));
      const result = await run(given, parsed.data, secondsLeftOf(context));
      tell({ level: 'info', function: name, result });
      return result;
    } catch (error) {
      tell({
        level: 'error',
        function: name,
        error:
          error instanceof Error ? { name: error.name, message: error.message } : String(error),
      });
      throw error;
    }
  });
}

/** How long Lambda lets the call go on before it stops the function; undefined where nobody says. */
function secondsLeftOf(context: Partial<Context>): number | undefined {
  const leftMs = context.getRemainingTimeInMillis?.();
  return leftMs === undefined ? undefined : leftMs / 1000;
}

function refusalOf(name: string, error: z.ZodError): string {
  const problems = error.issues.map(
    (issue) => `${issue.path.join('.') || 'event'}: ${issue.message}`,
  );
  return `ContractBroken: ${name} was called with what it does not take: ${problems.join('; ')}`;
}
