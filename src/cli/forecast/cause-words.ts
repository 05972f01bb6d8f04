import type { Cause, Spent } from '../../core/forecast/course.ts';
import { spokenSpan } from '../../core/time.ts';

const words: Readonly<Record<Cause, string>> = {
  'data-transfer': 'data transfer',
  'sustained-lag': 'lag to hold',
  'active-slots': 'active-server slots',
  'vcenter-client': 'turn at its vCenter client',
  'job-slots': 'job slots',
  launch: 'launches',
  'last-writes': 'last writes',
  boot: 'boot and checks',
  hooks: 'hooks',
  soak: 'soak',
  window: 'window',
  approval: 'approval',
  preflight: 'preflight',
  held: 'a person',
  pace: 'polls and calls',
};

/** Says what time goes into, the causes that matter with how long: `data transfer 2 h, lag to hold 3 min`. */
export function spentWords(spent: readonly Spent[], most = 2): string {
  const whole = spent.reduce((sum, { seconds }) => sum + seconds, 0);
  return spent
    .filter(({ seconds }) => seconds >= whole / 20)
    .slice(0, most)
    .map(({ cause, seconds }) => `${words[cause]} ${spokenSpan(seconds)}`)
    .join(', ');
}
