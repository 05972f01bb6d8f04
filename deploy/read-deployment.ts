// In: the text of a deployment file. Out: what it says, or every problem with its line. Called by the settings.
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { cut, type Path, type Problem, problemAt } from '../src/core/fleet/problem.ts';
import { type DeploymentParse, parseDeployment } from './parse-deployment.ts';

/** Reads a deployment from text (YAML, of which JSON is a part); the file's name is for the problems. Never throws. */
export function readDeploymentText(
  text: string,
  file: string,
  stackRegion: string,
): DeploymentParse {
  const lines = new LineCounter();
  const refused = (problem: string, remedy: string, offset?: number): Problem => ({
    ...problemAt([], problem, remedy),
    file,
    ...(offset === undefined ? {} : { line: lines.linePos(offset).line }),
  });
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
    const [document, second] = [documents[0], documents[1]];
    const faults = document === undefined ? [] : [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      const problems = faults.map(({ message, pos: [at] }) =>
        refused(cut(message), 'mend the YAML here', at),
      );
      return { ok: false, problems };
    }
    if (second !== undefined) {
      const problem = refused(
        'a second document begins',
        'keep one deployment in one file',
        second.range[0],
      );
      return { ok: false, problems: [problem] };
    }
    const parsed = parseDeployment(document?.toJS({ maxAliasCount: 100 }), stackRegion);
    if (parsed.ok || document === undefined) return parsed;
    return {
      ok: false,
      problems: parsed.problems.map((problem) => {
        const offset = offsetOf(document, problem.at);
        const line = offset === undefined ? {} : { line: lines.linePos(offset).line };
        return { ...problem, file, ...line };
      }),
    };
  } catch (error) {
    // The YAML library throws on nesting beyond the stack and on aliases that multiply.
    const why = error instanceof Error ? cut(error.message) : 'it cannot be read';
    return { ok: false, problems: [refused(why, 'write the values out, a few levels deep')] };
  }
}

/** Where a place begins, or the nearest place around it that the file has. */
function offsetOf(document: Document.Parsed, at: Path): number | undefined {
  for (let length = at.length; length >= 0; length -= 1) {
    const node = document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
