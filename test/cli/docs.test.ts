import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { awsCommands } from '../../src/cli/aws-commands.ts';
import { commandReference, plainReference } from '../../src/cli/command-reference.ts';
import { explain } from '../../src/cli/commands/explain.ts';
import { rehearse } from '../../src/cli/commands/rehearse.ts';
import { drsCommands } from '../../src/cli/drs/drs-commands.ts';
import { faultNames, faultReference, parameterReference } from '../../src/cli/fault-reference.ts';
import { planCommands } from '../../src/cli/forecast/plan-commands.ts';
import { inventoryCommands } from '../../src/cli/inventory/inventory-commands.ts';
import { preflightReference } from '../../src/cli/preflight-reference.ts';
import { readPlanText } from '../../src/cli/read-plan.ts';
import { reportCommands } from '../../src/cli/report/report-commands.ts';
import { settingsCommands } from '../../src/cli/settings/settings-commands.ts';
import { FailureCode } from '../../src/core/failure.ts';
import { OwnRuleFile, serverFactNames } from '../../src/core/plan/own-rule.ts';
import { preflightField } from '../../src/core/plan/preflight-plan.ts';

const root = join(import.meta.dirname, '../..');
const page = (name: string) => readFileSync(join(root, name), 'utf8');
const between = (text: string, mark: string) =>
  text
    .slice(text.indexOf(`<!-- ${mark} -->`) + mark.length + 9, text.indexOf(`<!-- /${mark} -->`))
    .trim();

describe('docs/failures.md', () => {
  test('has one section for every failure code, in order', () => {
    const titles = [...page('docs/failures.md').matchAll(/^### (.+)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(Object.values(FailureCode).toSorted());
  });

  test('says of each what it means, whence it comes and what to do', () => {
    for (const section of page('docs/failures.md').split(/^### /m).slice(1)) {
      const said = [...section.matchAll(/^- \*\*(\w+)\*\*: ./gm)].map(([, word]) => word);
      expect([section.split('\n')[0], said]).toEqual([
        section.split('\n')[0],
        ['Meaning', 'Cause', 'Remedy'],
      ]);
    }
  });
});

describe('docs/faults.md', () => {
  test('is what the schema of faults says', () => {
    expect(between(page('docs/faults.md'), 'faults')).toBe(faultReference().trim());
  });

  test('has every fault, and leaves no field without a meaning', () => {
    const titles = [...page('docs/faults.md').matchAll(/^### `(.+)`$/gm)].map(([, title]) => title);
    expect(titles).toEqual(faultNames());
    expect(faultReference()).not.toMatch(/\| +\|$/m);
  });
});

describe('docs/rehearse.md', () => {
  test('lists every parameter of the simulator', () => {
    expect(between(page('docs/rehearse.md'), 'parameters')).toBe(parameterReference().trim());
  });

  test.each(['README.md', 'docs/rehearse.md', 'docs/faults.md'])(
    'and %s use only options that exist',
    (name) => {
      const commands = page(name)
        .replaceAll('\\\n', ' ')
        .match(/npx landfall rehearse[^\n|&]*/g);
      const known = Object.keys(rehearse.definition.args ?? {});
      const used = (commands ?? []).flatMap((command) =>
        [...command.matchAll(/--([\w-]+)/g)].map(([, flag]) => flag),
      );
      expect(used.filter((flag) => !known.includes(String(flag)))).toEqual([]);
      expect(used).not.toEqual([]);
    },
  );
});

describe('docs/preflight.md', () => {
  test('has every rule as the code has it', () => {
    expect(between(page('docs/preflight.md'), 'rules')).toBe(preflightReference());
  });

  test('gives plans and rules that are taken', () => {
    const blocks = [...page('docs/preflight.md').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
      ([, text]): unknown => parse(text ?? ''),
    );
    expect(blocks).toHaveLength(2);
    expect(preflightField.safeParse(Object(blocks[0])['preflight']).error).toBeUndefined();
    expect(OwnRuleFile.safeParse(blocks[1]).error).toBeUndefined();
  });

  test('names every fact that a rule of one’s own may compare', () => {
    const text = page('docs/preflight.md');
    expect(serverFactNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/operate.md', () => {
  test('lists every command on AWS with all that it takes', () => {
    expect(between(page('docs/operate.md'), 'commands')).toBe(commandReference(awsCommands));
  });

  test('uses only commands and options that exist', () => {
    const used = page('docs/operate.md').match(/npx landfall [^\n|&#]*/g) ?? [];
    const strange = used.flatMap((line) => {
      const words = line.replace('npx landfall ', '');
      const known = [...awsCommands, ['rehearse', rehearse] as const].find(([name]) =>
        words.startsWith(name),
      );
      if (known === undefined) return [line];
      const takes = Object.keys(known[1].definition.args ?? {});
      return [...words.matchAll(/--([\w-]+)/g)].flatMap(([flag, name]) =>
        takes.includes(String(name)) ? [] : [`${known[0]} ${flag}`],
      );
    });
    expect(strange).toEqual([]);
    expect(used.length).toBeGreaterThan(10);
  });
});

describe('docs/report.md', () => {
  test('lists every command on reports with all that it takes', () => {
    expect(between(page('docs/report.md'), 'commands')).toBe(plainReference(reportCommands));
  });

  test('uses only commands and options that exist', () => {
    const used = page('docs/report.md').match(/npx landfall [^\n|&#]*/g) ?? [];
    const known = new Map([
      ...reportCommands,
      ['explain', explain],
      ['rehearse', rehearse],
    ] as const);
    const strange = used.flatMap((line) => {
      const words = line.replace('npx landfall ', '');
      const name = [...known.keys()]
        .toReversed()
        .sort((a, b) => b.length - a.length)
        .find((one) => words.startsWith(one));
      const takes = Object.keys(known.get(name ?? '')?.definition.args ?? {});
      const flags = [...words.matchAll(/--([\w-]+)/g)].map(([, flag]) => String(flag));
      return name === undefined || flags.some((flag) => !takes.includes(flag)) ? [line] : [];
    });
    expect(strange).toEqual([]);
    expect(used.length).toBeGreaterThan(6);
  });
});

describe('docs/settings.md', () => {
  test('lists every command on settings with all that it takes', () => {
    expect(between(page('docs/settings.md'), 'commands')).toBe(commandReference(settingsCommands));
  });

  test('uses only commands and options that exist', () => {
    const used = page('docs/settings.md').match(/npx landfall settings [^\n|&#]*/g) ?? [];
    const strange = used.flatMap((line) => {
      const [name] = /settings \w+/.exec(line) ?? [];
      const takes = Object.keys(settingsCommands.get(name ?? '')?.definition.args ?? {});
      const flags = [...line.matchAll(/--([\w-]+)/g)].map(([, flag]) => String(flag));
      return flags.some((flag) => !takes.includes(flag)) ? [line] : [];
    });
    expect(strange).toEqual([]);
    expect(used.length).toBeGreaterThan(4);
  });

  test('has a plan that is one', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page('docs/settings.md')) ?? [];
    expect(readPlanText(text, 'docs/settings.md')).toMatchObject({ ok: true });
  });
});

describe('docs/drs-templates.md', () => {
  test('lists every command on what DRS launches with, with all that it takes', () => {
    const text = page('docs/drs-templates.md');
    expect(between(text, 'commands')).toBe(commandReference(drsCommands));
  });

  test('uses only commands and options that exist', () => {
    const used = page('docs/drs-templates.md').match(/npx landfall drs [^\n|&#]*/g) ?? [];
    const strange = used.flatMap((line) => {
      const [name] = /drs template \w+/.exec(line) ?? [];
      const takes = Object.keys(drsCommands.get(name ?? '')?.definition.args ?? {});
      const flags = [...line.matchAll(/--([\w-]+)/g)].map(([, flag]) => String(flag));
      return flags.some((flag) => !takes.includes(flag)) ? [line] : [];
    });
    expect(strange).toEqual([]);
    expect(used.length).toBeGreaterThan(6);
  });
});

describe('docs/inventory.md', () => {
  test('lists every command on inventories with all that it takes', () => {
    expect(between(page('docs/inventory.md'), 'commands')).toBe(plainReference(inventoryCommands));
  });
});

describe('docs/plan.md', () => {
  test('lists every command on plans with all that it takes', () => {
    expect(between(page('docs/plan.md'), 'commands')).toBe(plainReference(planCommands));
  });

  test('uses only options that exist', () => {
    const text = page('docs/plan.md').replaceAll('\\\n', ' ');
    const used = text.match(/npx landfall plan [^\n|&#]*/g) ?? [];
    const strange = used.flatMap((line) => {
      const name = line.includes('landfall plan diff') ? 'plan diff' : 'plan';
      const takes = Object.keys(planCommands.get(name)?.definition.args ?? {});
      return [...line.matchAll(/--([\w-]+)/g)].filter(
        ([, option]) => !takes.includes(String(option)),
      );
    });
    expect(strange).toEqual([]);
    expect(used).toHaveLength(3);
  });
});
