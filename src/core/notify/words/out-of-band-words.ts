import { type Teller, type Telling, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';

/** How a call is told that somebody else made. */
export const outOfBandWords: Teller = { severities: ['info', 'warning'], tell: outOfBand };

function outOfBand(detail: Detail): Telling {
  const { operation, calledAt, caller, errorCode, resource, command } = detail;
  const more = [
    `${whoOf(caller)} at ${word(calledAt)}`,
    ...(typeof resource === 'string' ? [`on ${word(resource)}`] : []),
  ].join(', ');
  const { name, by, reason }: { name?: unknown; by?: unknown; reason?: unknown } =
    typeof command === 'object' && command !== null ? command : {};
  if (typeof name === 'string') {
    const why = `${more}; run by ${word(by)}: ${word(reason)}`;
    return telling('info', `${word(name)} called ${word(operation)}`, why);
  }
  // What the service refused has changed nothing.
  return errorCode === null || errorCode === undefined
    ? telling(
        'warning',
        `somebody else called ${word(operation)}`,
        more,
        'If that was not agreed, ask who it was. A server that is held for it goes on with: landfall resume --server',
      )
    : telling(
        'info',
        `somebody else tried to call ${word(operation)}`,
        `${more}: ${word(errorCode)}`,
      );
}

function whoOf(caller: unknown): string {
  const { principal, session, type }: { principal?: unknown; session?: unknown; type?: unknown } =
    typeof caller === 'object' && caller !== null ? caller : {};
  const named = typeof principal === 'string' ? principal : type;
  return typeof session === 'string' ? `${word(named)} (${word(session)})` : word(named);
}
