// In: a drafted plan. Out: its file, with the schema for editors and with what a reader has to know beside the lines that
// it is about.
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Document, isMap, isScalar, isSeq } from 'yaml';
import type { DraftedPlan } from '../../core/inventory/draft-plan.ts';

const schemaFile = fileURLToPath(new URL('../../../schemas/plan.schema.json', import.meta.url));

/** Where an editor finds the form of plans, from the folder of a plan. */
function schemaFrom(folder: string): string {
  const path = relative(folder, schemaFile).split(sep).join('/');
  return `yaml-language-server: $schema=${path.startsWith('.') ? path : `./${path}`}`;
}

/** Prints a drafted plan as YAML with comments, for a file in a folder. */
export function planText(
  { plan, remarks, waveRemarks, names }: DraftedPlan,
  folder: string,
): string {
  const document = new Document(plan);
  document.commentBefore = [schemaFrom(folder), ...remarks].map((line) => ` ${line}`).join('\n');
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
