// In: a file that says what DRS launches with (YAML or JSON). Out: what it says, or every reason why it is refused. Called before
// anything is touched.

import type { Problem } from '../../core/fleet/problem.ts';
import {
  LaunchConfiguration,
  type LaunchConfiguration as Said,
} from '../../core/plan/launch-configuration/launch-configuration-form.ts';
import { formProblems, parseYaml } from '../parse-yaml.ts';
import { largestPlanBytes, readTextFile } from '../read-text-file.ts';

/** A launch configuration with a way back to its file's lines, or why it is refused. */
export type LaunchConfigurationRead =
  | {
      readonly ok: true;
      readonly configuration: Said;
      readonly locate: (problems: readonly Problem[]) => readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const page = 'see docs/drs-templates.md';

/** Reads a launch configuration. Every problem names its line; never throws. */
export async function readLaunchConfiguration(file: string): Promise<LaunchConfigurationRead> {
  const read = await readTextFile(file, largestPlanBytes);
  return read.ok
    ? readLaunchConfigurationText(read.text, file)
    : { ok: false, problems: [read.problem] };
}

/** Reads a launch configuration from text; the file's name is for the problems. */
export function readLaunchConfigurationText(text: string, file: string): LaunchConfigurationRead {
  const yaml = parseYaml(text, file, page);
  if (!yaml.ok) return yaml;
  const parsed = LaunchConfiguration.safeParse(yaml.content);
  if (!parsed.success) return { ok: false, problems: formProblems(yaml, parsed.error, page) };
  return {
    ok: true,
    configuration: parsed.data,
    locate: (problems) => problems.map(yaml.located),
  };
}
