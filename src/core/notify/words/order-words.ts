import { DetailType } from '../../event/detail-type.ts';
import { info, sentence, type Teller, telling, word } from '../telling.ts';
import type { Detail } from '../told-event.ts';

const order = ({ by, reason }: Detail) =>
  [`by ${word(by)}`, sentence(reason)].filter(Boolean).join(': ');

/** How what people order of a wave and of single servers, and what comes of it, is said (docs/operate.md). */
export const orderWords = {
  [DetailType.WaveOrderGiven]: {
    severities: ['info', 'warning'],
    tell: (detail) => {
      const what = ordered(detail);
      return detail['order'] === 'hold'
        ? telling('warning', what, order(detail), 'It goes on with: landfall resume')
        : telling('info', what, order(detail));
    },
  },
  [DetailType.WaveDrillYielded]: info(
    ({ drill, recovery, servers }) =>
      `${word(servers)} servers go from drill ${word(drill)} to recovery ${word(recovery)}`,
    () => 'their drill ends; nothing of it is waited for',
  ),
  [DetailType.WaveApprovalWithdrawn]: info(
    ({ phase }) => `${word(phase)} needs no approval any more`,
    ({ cohort }) => `cohort ${word(cohort)}`,
  ),
  [DetailType.ServerReopened]: info(
    ({ order: given, outcome }) => `goes on after it had ended as ${word(outcome)}: ${word(given)}`,
    order,
  ),
  [DetailType.ServerOrderLapsed]: {
    severities: ['warning'],
    tell: (detail) =>
      telling(
        'warning',
        `the order to ${verbOf(detail['order'])} it came too late`,
        sentence(detail['because']),
        'See how it stands and what can be done: landfall status',
      ),
  },
} as const satisfies Readonly<Record<string, Teller>>;

function ordered({ order: given, scope, servers }: Detail): string {
  const whom = typeof servers === 'number' ? `${word(servers)} servers` : 'servers';
  switch (given) {
    case 'hold':
      return 'is to be held before its next stage';
    case 'skip':
      return `${whom} are left out`;
    case 'retry':
      return `${whom} are tried again`;
    case 'rollback':
      return `${whom} are taken back`;
    default:
      return `is ordered: ${word(given)}${scope === undefined ? '' : `, of ${word(scope)}`}`;
  }
}

function verbOf(given: unknown): string {
  return given === 'rollback' ? 'take back' : word(given);
}
