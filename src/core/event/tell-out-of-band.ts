import type { ServerHold } from '../hold.ts';
import { DetailType } from './detail-type.ts';
import { cutText, type Told } from './stream.ts';
import type { OwnCommand, TrailCall } from './trail-call.ts';

function membersOf(
  { operation, calledAt, errorCode, caller, eventId }: TrailCall,
  command: OwnCommand | undefined,
) {
  return {
    ...{ operation, calledAt, errorCode, caller, trailEventId: eventId },
    ...(command === undefined
      ? {}
      : {
          command: {
            name: command.name,
            by: cutText(command.by),
            reason: cutText(command.reason),
          },
        }),
  };
}

/** Tells on a server's stream that somebody else acted on it, or tried to; and for which command of Landfall, where for one. */
export function tellOutOfBand(call: TrailCall, command?: OwnCommand): Told {
  return { detailType: DetailType.OutOfBand, members: membersOf(call, command) };
}

/** Tells on a target's stream that somebody else acted on it, or on a server that was never observed. */
export function tellTargetOutOfBand(
  call: TrailCall,
  unknown: readonly string[],
  command?: OwnCommand,
): Told {
  return {
    detailType: DetailType.TargetOutOfBand,
    members: { ...membersOf(call, command), resource: call.resource, servers: unknown },
  };
}

/** Tells that nothing more is done for a server of a wave, until when at most, and why. */
export function tellServerHeld({ from, expiresAt, reason }: ServerHold): Told {
  return {
    detailType: DetailType.ServerHeld,
    members: { since: from, expiresAt, reason: cutText(reason) },
  };
}

/** Tells that a person has resumed a held server, who it was and why. */
export function tellServerResumed({ from, until, resumed }: ServerHold): Told {
  return {
    detailType: DetailType.ServerResumed,
    members: {
      since: from,
      at: until,
      ...(resumed === undefined
        ? {}
        : { by: cutText(resumed.by), reason: cutText(resumed.reason) }),
    },
  };
}
