/** The points of a server's way at which hooks run, in the order of that way; the last two undo. */
export const hookPoints = [
  'beforeTest',
  'afterTest',
  'validateTest',
  'beforeFreeze',
  'freeze',
  'afterFreeze',
  'beforeCutover',
  'afterSnapshot',
  'afterCutover',
  'validateCutover',
  'switch',
  'beforeDrill',
  'afterDrill',
  'validateDrill',
  'beforeRecover',
  'afterRecover',
  'validateRecover',
  'switchBack',
  'thaw',
] as const;
/** A point of a server's way at which hooks run. */
export type HookPoint = (typeof hookPoints)[number];
