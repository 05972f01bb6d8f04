import { isMap, isScalar } from 'yaml';
import { type Path, type Problem, problemAt } from '../core/fleet/problem.ts';
import { Parameters } from '../simulator/simulator.ts';
import { nameRemedy } from './near-names.ts';
import { parseYaml } from './parse-yaml.ts';
import { readTextFile } from './read-text-file.ts';

/** Parameters of the simulator, or every reason why they are refused. */
export type ParametersRead =
  | { readonly ok: true; readonly parameters: Parameters }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The largest parameters file, in bytes; all of them with a comment each take a tenth. */
export const largestParametersBytes = 128 * 1024;

/** Reads a YAML file of simulator parameters by name; those it does not name keep their defaults. */
export async function readParameters(file: string): Promise<ParametersRead> {
  const read = await readTextFile(file, largestParametersBytes);
  return read.ok ? readParametersText(read.text, file) : { ok: false, problems: [read.problem] };
}

/** Reads parameters from text; the file's name is for the problems. */
export function readParametersText(text: string, file: string): ParametersRead {
  const yaml = parseYaml(text, file, 'write one name: value a line');
  if (!yaml.ok) return yaml;
  const { contents } = yaml.document;
  const keyLines = new Map(
    (isMap(contents) ? contents.items : []).flatMap(({ key }) =>
      isScalar(key) && key.range
        ? [[String(key.value), yaml.lines.linePos(key.range[0]).line] as const]
        : [],
    ),
  );
  const parsed = Parameters.safeParse(yaml.content);
  if (parsed.success) return { ok: true, parameters: parsed.data };
  const located = (at: Path, problem: string, remedy: string): Problem => {
    const line = keyLines.get(String(at[0]));
    return { ...problemAt(at, problem, remedy), file, ...(line === undefined ? {} : { line }) };
  };
  const problems = parsed.error.issues.flatMap((issue) => {
    const at = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    if (issue.code !== 'unrecognized_keys') {
      return [located(at, issue.message, at.length === 0 ? 'write name: value' : 'mend the value')];
    }
    return issue.keys.map((key) => {
      const remedy = nameRemedy(key, Object.keys(Parameters.shape), 'remove it');
      return located([...at, key], 'unknown parameter', remedy);
    });
  });
  return { ok: false, problems };
}
