import type { Refusal } from '../ports.ts';

const longest = 500;

/** Says why a call was refused. */
export function refusalText(doing: string, { errorName, message }: Refusal): string {
  return `${doing} was refused (${errorName}: ${message})`.slice(0, longest);
}
