// In: how servers of DRS stand with their drills. Out: the part of the page on it, for a board: how many keep to what was
// agreed, then each application and each server, those first that keep to nothing. Pure.
import {
  type ApplicationCompliance,
  type Compliance,
  type ComplianceState,
  complianceStates,
  keptIn,
  type Measured,
  type ServerCompliance,
} from '../../core/compliance/compliance.ts';
import { spokenSpan } from '../../core/time.ts';
import { clockTime, counted, spoken } from '../text-table.ts';
import { type Inset, type Markup, markup, table } from './markup.ts';
import { long } from './page-parts.ts';

const classes: Readonly<Record<ComplianceState, string>> = {
  'never-drilled': 'bad',
  overdue: 'bad',
  'objective-missed': 'warn',
  unknown: 'soft',
  kept: 'good',
};
const words: Readonly<Record<ComplianceState, string>> = {
  'never-drilled': 'never drilled',
  overdue: 'overdue',
  'objective-missed': 'objective missed',
  unknown: 'unknown',
  kept: 'kept',
};

const notKept = complianceStates.filter((state) => state !== 'kept');

/** How many servers keep to what was agreed, in words: `57 of 60 kept`. */
export function keptWords(compliance: Compliance): string {
  return `${spoken(keptIn(compliance))} of ${spoken(compliance.servers.length)} kept`;
}

/** The sums, each application, each server. */
export function compliancePart(compliance: Compliance): Markup {
  const { at, servers, applications } = compliance;
  const tiles = (['kept', ...notKept] as const).map((state) => {
    const count = servers.filter((one) => one.state === state).length;
    return markup`<li class="${count > 0 ? classes[state] : 'soft'}"><b>${spoken(count)}</b>${words[state]}</li>`;
  });
  return markup`<p>${keptWords(compliance)}: of all servers of DRS that this report tells of, as of ${clockTime(at)}.</p>
<ul class="tiles">${tiles}</ul>
<p class="soft">Kept: drilled in time, and within its objectives in its last good drill. RPO and RTO are those of that drill, against the objectives of its plan.</p>
<h3>Applications</h3>
${table(applicationHeadings, applications.map(applicationRow), '')}<h3>Servers that do not keep to it</h3>
${serversTable(
  servers.filter(({ state }) => state !== 'kept'),
  'Every server keeps to it.',
)}<h3>Servers that keep to it</h3>
${serversTable(
  servers.filter(({ state }) => state === 'kept'),
  'No server keeps to it.',
)}`;
}

const applicationHeadings = [
  ...['application', 'servers', 'kept', 'not kept', 'oldest drill', 'good drills'],
  ...['longest RPO', 'longest RTO'],
];

function applicationRow(one: ApplicationCompliance): readonly Inset[] {
  const { servers, counts, oldestDrillAt, drills, succeeded } = one;
  const others = notKept.flatMap((state): readonly Inset[] => {
    const count = counts[state] ?? 0;
    return count === 0
      ? []
      : [markup`<div class="${classes[state]}">${spoken(count)} ${words[state]}</div>`];
  });
  return [
    one.application ?? 'none told',
    spoken(servers),
    `${spoken(counts.kept ?? 0)} of ${spoken(servers)}`,
    others,
    oldestDrillAt === null ? 'not all were drilled' : clockTime(oldestDrillAt),
    `${spoken(succeeded)} of ${spoken(drills)}`,
    longestOf(one.worstRpoSeconds, one.rpoMissed),
    longestOf(one.worstRtoSeconds, one.rtoMissed),
  ];
}

function longestOf(seconds: number | null, missed: number): Inset {
  const span = seconds === null ? 'none' : spokenSpan(seconds);
  return missed === 0
    ? span
    : markup`${span}<div class="warn">missed by ${counted(missed, 'server')}</div>`;
}

const serverHeadings = [
  ...['server', 'application', 'state', 'last drill', 'good drills', 'RPO', 'RTO'],
  'a later one came to',
];

function serversTable(servers: readonly ServerCompliance[], none: string): Markup {
  return long(serverHeadings, servers.map(serverRow), none, 'server', 'servers');
}

function serverRow(one: ServerCompliance): readonly Inset[] {
  const { hostname, server, state, lastDrillAt, measured, lastFailure } = one;
  return [
    markup`${hostname ?? server}${hostname === null ? '' : markup`<div class="soft">${server}</div>`}`,
    one.application,
    markup`<span class="${classes[state]}">${words[state]}</span>`,
    lastDrillAt === null ? 'none known' : clockTime(lastDrillAt),
    `${spoken(one.succeeded)} of ${spoken(one.drills)}`,
    againstOf(measured, 'rpo'),
    againstOf(measured, 'rto'),
    lastFailure === null ? '' : `${lastFailure.outcome}: ${lastFailure.reason}`,
  ];
}

function againstOf(measured: Measured | null, name: 'rpo' | 'rto'): Inset {
  if (measured === null) return 'none';
  const seconds = measured[`${name}Seconds`];
  const objective = spokenSpan(measured[`${name}ObjectiveSeconds`]);
  const said = `${seconds === null ? 'not known' : spokenSpan(seconds)} of ${objective}`;
  return measured[name] === 'missed' ? markup`${said}: <b class="warn">missed</b>` : said;
}
