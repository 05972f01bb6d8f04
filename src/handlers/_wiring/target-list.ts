import * as z from 'zod';
import { type ListedTarget, parseTargetList } from '../../core/target-list.ts';

/** What every part reads that must know the targets of this deployment. */
export const targetList = {
  LANDFALL_TARGETS: z
    .string()
    .default('')
    .transform((text, context): readonly ListedTarget[] => {
      const list = parseTargetList(text);
      if (list.ok) return list.targets;
      for (const message of list.problems) context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }),
};
