import type { WireResponse } from './wire.ts';

/**
 * Says whether a call was refused before its operation began: throttled, unreadable, or of a form that the service does
 * not take. Nothing follows from such a call, and nothing is told of it. [GUESS] of CloudTrail.
 */
export function refusedAtDoor({ status, body }: WireResponse): boolean {
  return (
    status === 429 ||
    (status === 400 &&
      /"reason":"(?:unknownOperation|cannotParse|fieldValidationFailed)"/.test(body))
  );
}
