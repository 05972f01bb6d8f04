import { type Forecast, readForecast } from '../../core/evidence/estimates.ts';
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import { readJsonDocuments } from '../json-documents.ts';
import { readTextFile } from '../read-text-file.ts';

/** A forecast of a file, none where none was given, or everything that is wrong with it. */
export type ForecastFileRead =
  | { readonly ok: true; readonly forecast: Forecast | undefined }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const largestBytes = 64 * 1024 * 1024;

/** Reads a forecast from a file of JSON. */
export async function readForecastFile(file: string | undefined): Promise<ForecastFileRead> {
  if (file === undefined) return { ok: true, forecast: undefined };
  const text = await readTextFile(file, largestBytes);
  if (!text.ok) return { ok: false, problems: [text.problem] };
  const json = readJsonDocuments(text.text);
  const [document, ...others] = json.ok ? json.documents : [];
  if (document === undefined || others.length > 0) {
    const problem = json.ok ? 'is not one JSON object' : json.fault.problem;
    const remedy = 'give what landfall plan --json printed';
    return { ok: false, problems: [{ ...problemAt([], problem, remedy), file }] };
  }
  const read = readForecast(document);
  if (read.ok) return read;
  return { ok: false, problems: read.problems.map((problem) => ({ ...problem, file })) };
}
