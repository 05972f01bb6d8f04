import type { DetailType } from '../event/detail-type.ts';
import { severities } from './severity.ts';
import { sentence, type Teller, type Telling, telling } from './telling.ts';
import type { ToldEvent } from './told-event.ts';
import { drsWords } from './words/drs-words.ts';
import { hookWords } from './words/hook-words.ts';
import { orderWords } from './words/order-words.ts';
import { preflightWords } from './words/preflight-words.ts';
import { recoveryInstanceWords } from './words/recovery-instance-words.ts';
import { remedyWords } from './words/remedy-words.ts';
import { scheduleWords } from './words/schedule-words.ts';
import { serverWords } from './words/server-words.ts';
import { targetWords } from './words/target-words.ts';
import { waveWords } from './words/wave-words.ts';
import { windowWords } from './words/window-words.ts';

const tellers: Readonly<Record<DetailType, Teller>> = {
  ...drsWords,
  ...hookWords,
  ...preflightWords,
  ...orderWords,
  ...recoveryInstanceWords,
  ...remedyWords,
  ...scheduleWords,
  ...serverWords,
  ...targetWords,
  ...waveWords,
  ...windowWords,
};

const byDetailType: ReadonlyMap<string, Teller> = new Map(Object.entries(tellers));

/** Says an event in words; one that this version does not know is told by its name, as asking nothing of anybody. */
export function wordsOf(event: ToldEvent): Telling {
  const type = event['detail-type'];
  const teller = byDetailType.get(type);
  return teller?.tell(event.detail) ?? telling('info', sentence(type) ?? 'something unknown');
}

/** Every severity that events of a detail-type may have; all of them where this version does not know it. */
export function severitiesOf(detailType: string): readonly string[] {
  return byDetailType.get(detailType)?.severities ?? severities;
}
