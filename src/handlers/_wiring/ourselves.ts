import * as z from 'zod';
import type { Ourselves } from '../../core/event/trail-call.ts';
import { part } from '../_wiring.ts';

/** How Landfall itself appears in CloudTrail; the simulator names a caller's role and session after the caller. */
export const ourselves = part(
  {
    LANDFALL_STAGE: z.string().min(1),
    LANDFALL_MEMBER_ROLE: z.string().default(''),
    LANDFALL_WAVE_MACHINE: z.string().min(1),
  },
  ({ LANDFALL_STAGE, LANDFALL_MEMBER_ROLE, LANDFALL_WAVE_MACHINE }): Ourselves => ({
    accountId: LANDFALL_WAVE_MACHINE.split(':')[4] ?? '',
    stage: LANDFALL_STAGE,
    memberRole: LANDFALL_MEMBER_ROLE || `landfall-member-${LANDFALL_STAGE}`,
    memberSession: `landfall-${LANDFALL_STAGE}`,
  }),
  () => ({ accountId: '', stage: 'local', memberRole: 'landfall', memberSession: 'landfall' }),
);
