// In: a drafted plan. Out: its file, with the schema for editors and with what a reader has to know beside the lines that
// it is about.
import { Document, isMap, isScalar, isSeq } from 'yaml';
import type { DraftedPlan } from '../../core/inventory/draft-plan.ts';

/** Where editors find the form of plans, for a plan in the root of the repository. */
const schema = 'yaml-language-server: $schema=./schemas/plan.schema.json';

/** Prints a drafted plan as YAML with comments. */
export function planText({ plan, remarks, waveRemarks, names }: DraftedPlan): string {
  const document = new Document(plan);
  document.commentBefore = [schema, ...remarks].map((line) => ` ${line}`).join('\n');
  const waves: unknown = document.getIn(['spec', 'waves']);
  if (isSeq(waves)) {
    for (const [i, wave] of waves.items.entries()) {
      const remark = waveRemarks[i];
      if (isMap(wave) && remark !== undefined) wave.commentBefore = ` ${oneLine(remark)}`;
      nameIds(isMap(wave) ? wave.getIn(['servers', 'ids']) : undefined, names);
    }
  }
  return document.toString({ lineWidth: 0 });
}

function nameIds(ids: unknown, names: ReadonlyMap<string, string>): void {
  if (!isSeq(ids)) return;
  for (const id of ids.items) {
    if (!isScalar(id)) continue;
    const name = names.get(String(id.value));
    if (name !== undefined) id.comment = ` ${oneLine(name)}`;
  }
}

// A name is text from outside: a line break in it would leave the comment.
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
