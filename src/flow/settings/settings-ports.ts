import type { Answer, Ports } from '../ports.ts';

/** What it takes to apply settings and to put them back: the store, and the settings of servers in every target. */
export interface SettingsPorts extends Pick<Ports, 'clock' | 'store' | 'settingsOf'> {
  /** Lets some time pass before a call that was throttled is made again. */
  readonly rest: (seconds: number) => Promise<void>;
}

// A throttled call had no effect, so it may be made again; after half a minute somebody else needs the budget more.
const restSeconds = [1, 2, 4, 8, 16];
const longestRestSeconds = 60;

/** Makes a call, and makes it again a few times where it was throttled. Every other refusal is answered as it is. */
export async function asked<T>(
  { rest }: Pick<SettingsPorts, 'rest'>,
  call: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  let answer = await call();
  for (const seconds of restSeconds) {
    if (answer.ok || answer.refusal.kind !== 'throttled') return answer;
    await rest(Math.min(answer.refusal.retryAfterSeconds ?? seconds, longestRestSeconds));
    answer = await call();
  }
  return answer;
}
