// In: a file of preflight rules. Out: the rules, or every reason why it is refused. Called by read-plan.
import { parseDocument } from 'yaml';
import { cut, type Problem, problemAt } from '../core/fleet/problem.ts';
import { type OwnRule, OwnRuleFile } from '../core/plan/own-rule.ts';
import { readTextFile } from './read-text-file.ts';
import { unreadableYaml } from './unreadable-yaml.ts';

const largestFileBytes = 64 * 1024;
const remedy = 'docs/preflight.md shows the form of a rule';

/** Reads a file of own rules (YAML, of which JSON is a part); never throws. */
export async function readOwnRules(
  file: string,
): Promise<
  | { readonly ok: true; readonly rules: readonly OwnRule[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const read = await readTextFile(file, largestFileBytes);
  if (!read.ok) return { ok: false, problems: [read.problem] };
  let content: unknown;
  try {
    const document = parseDocument(read.text, { prettyErrors: false });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) {
      return { ok: false, problems: [{ ...problemAt([], cut(fault.message), remedy), file }] };
    }
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { ok: false, problems: [unreadableYaml(error, file, 'write the rules out plainly')] };
  }
  const parsed = OwnRuleFile.safeParse(content);
  if (parsed.success) return { ok: true, rules: parsed.data.rules };
  return {
    ok: false,
    problems: parsed.error.issues.map(({ path, message }) => ({
      ...problemAt(
        path.map((key) => (typeof key === 'number' ? key : String(key))),
        cut(message),
        remedy,
      ),
      file,
    })),
  };
}
