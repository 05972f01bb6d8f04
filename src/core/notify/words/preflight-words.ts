import { DetailType } from '../../event/detail-type.ts';
import { info, sentence, type Teller, type Telling, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';

/** How what the preflight finds, and settings that are no longer what they were, is said (docs/preflight.md). */
export const preflightWords = {
  [DetailType.ConfigurationDrift]: { severities: ['info', 'warning'], tell: configurationDrift },
  [DetailType.TemplateDrift]: { severities: ['warning'], tell: templateDrift },
  [DetailType.SettingsApplied]: {
    severities: ['info', 'warning'],
    tell: (detail) =>
      settingsChanged(
        'set as its plan wants',
        isOfDrs(detail) ? 'landfall drs template plan' : 'landfall settings diff',
        detail,
      ),
  },
  [DetailType.SettingsRestored]: {
    severities: ['info', 'warning'],
    tell: (detail) =>
      settingsChanged('put back to what they were', 'landfall settings restore', detail),
  },
  [DetailType.ServerSettingsCompared]: { severities: ['info', 'warning'], tell: settingsCompared },
  [DetailType.WavePreflightBlocked]: {
    severities: ['page'],
    tell: (detail) =>
      found('page', `may not begin ${word(detail['phase'])}: the preflight blocks it`, detail),
  },
  [DetailType.WavePreflightCleared]: info(
    ({ phase }) => `the preflight blocks ${word(phase)} no longer`,
  ),
  [DetailType.WavePreflightWarned]: {
    severities: ['warning'],
    tell: (detail) =>
      found('warning', `the preflight warns before ${word(detail['phase'])}`, detail),
  },
} as const satisfies Readonly<Record<string, Teller>>;

const named = 3;

function templateDrift({ changes, missing }: Detail): Telling {
  const said = list(changes)
    .slice(0, named)
    .map(({ templateId, kind, news }) => `${word(kind)} ${word(templateId)}: ${word(news)}`)
    .join(', ');
  const kinds = Array.isArray(missing) ? missing.slice(0, named).map(word) : [];
  return kinds.length === 0
    ? telling(
        'warning',
        'templates that new servers take their settings from are no longer what they were',
        said,
        'Servers that are added from now on get other settings: see that this was meant.',
      )
    : telling(
        'warning',
        `has no template that new servers take their settings from: ${kinds.join(', ')}`,
        said === '' ? undefined : said,
        'Make it before servers are added: docs/preflight.md',
      );
}

function configurationDrift({ current, differences }: Detail): Telling {
  const fields = list(current);
  if (fields.length === 0) {
    return telling('info', 'its settings are again what is expected');
  }
  const more = fields
    .slice(0, named)
    .map(
      ({ aspect, field, expected, actual }) =>
        `${word(aspect)} ${word(field)}: ${word(expected)} → ${word(actual)}`,
    );
  const rest = Number(differences) - more.length;
  return telling(
    'warning',
    'its settings are not what is expected',
    [...more, ...(rest > 0 ? [`${rest} more`] : [])].join('; '),
    'Set them back, or see that this was meant: docs/preflight.md',
  );
}

function isOfDrs({ arn }: Detail): boolean {
  return /^arn:[\w-]+:drs:/.test(String(arn));
}

// Nothing keeps a server from being recovered, not its settings either.
const mend = (phase: unknown) =>
  phase === 'recover'
    ? 'It is recovered with the settings that it has; mend them afterwards: docs/drs-templates.md'
    : 'Mend it before the phase is approved: docs/settings.md';

function settingsCompared({ phase, settings, differences, obstacles }: Detail): Telling {
  const [obstacle] = Array.isArray(obstacles) ? obstacles : [];
  const what = `its settings differ from what the plan applies before ${word(phase)}`;
  if (obstacle !== undefined) {
    return telling(
      'warning',
      what,
      `it cannot be set so: ${sentence(obstacle) ?? 'no reason was told'}`,
      mend(phase),
    );
  }
  return telling('info', what, settingsSaid(settings, differences));
}

function settingsChanged(
  done: string,
  command: string,
  { by, reason, settings, differences, left, because }: Detail,
): Telling {
  const who = [`by ${word(by)}`, sentence(reason)].filter(Boolean).join(': ');
  if (Number(left) > 0) {
    return telling(
      'warning',
      `its settings were ${done} only in part: ${word(left)} of ${word(differences)} are left`,
      [sentence(because), who].filter(Boolean).join('; '),
      `See what is left: ${command}`,
    );
  }
  return telling(
    'info',
    `its settings were ${done}`,
    `${settingsSaid(settings, differences)} (${who})`,
  );
}

/** The first settings, and how many more there are. */
function settingsSaid(settings: unknown, differences: unknown): string {
  const first = list(settings)
    .slice(0, named)
    .map(
      ({ aspect, field, from, to }) =>
        `${word(aspect)} ${word(field)}: ${word(from)} → ${word(to)}`,
    );
  const rest = Number(differences) - first.length;
  return [...first, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}

/** The first finding speaks for all; the others are counted. */
function found(severity: 'page' | 'warning', what: string, { findings, count }: Detail): Telling {
  const [first = {}] = list(findings);
  const rest = Number(count) - 1;
  const more = [
    `${word(first['rule'])}: ${sentence(first['message']) ?? 'no more is known'}`,
    ...(rest > 0 ? [rest === 1 ? '1 more finding' : `${rest} more findings`] : []),
  ];
  return telling(severity, what, more.join('; '), sentence(first['remedy']));
}

function list(value: unknown): readonly Detail[] {
  return Array.isArray(value) ? value.filter(isDetail) : [];
}

function isDetail(value: unknown): value is Detail {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
