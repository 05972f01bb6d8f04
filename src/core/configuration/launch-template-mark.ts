import type { Fields } from './fields.ts';

/** An EC2 launch template as it was when its server was launched last, or else when it was first looked at. */
export interface LaunchTemplateMark {
  readonly id: string;
  readonly fields: Fields;
  /** The launch that it was last proven by; null where none was known. */
  readonly jobId: string | null;
}

/** What a look saw of a launch template: no fields where it is gone. */
export interface LaunchTemplateLook {
  readonly id: string;
  readonly fields: Fields;
  /** The last launch of the server, where that launched it. */
  readonly jobId: string | undefined;
}

/**
 * The mark after a look: nobody says what a launch template of DRS should say, so a version that has launched its server
 * since counts as what is wanted. The same object where nothing is new.
 */
export function markAfter(
  mark: LaunchTemplateMark | undefined,
  { id, fields, jobId }: LaunchTemplateLook,
): LaunchTemplateMark | undefined {
  if (Object.keys(fields).length === 0) return mark;
  if (mark !== undefined && !isLaunchedSince(mark, jobId)) return mark;
  return { id, fields, jobId: jobId ?? null };
}

/** Says whether a server was launched after its launch template was marked. */
export function isLaunchedSince(
  mark: Pick<LaunchTemplateMark, 'jobId'>,
  jobId: string | undefined,
): boolean {
  return jobId !== undefined && jobId !== mark.jobId;
}
