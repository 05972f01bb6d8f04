import { word } from './telling.ts';
import type { ToldEvent } from './told-event.ts';

/** What an event is about: a server with its name, or else a wave, a target, an account and Region. */
export function subjectOf({ detail }: ToldEvent): string {
  const id = detail['sourceServerId'];
  if (typeof id !== 'string' || id === '') return placeOf(detail);
  const hostname = detail['hostname'];
  return typeof hostname === 'string' && hostname !== ''
    ? `${word(hostname)} (${word(id)})`
    : word(id);
}

/** Whether an event is about one server. */
export function isOfServer({ detail }: ToldEvent): boolean {
  return typeof detail['sourceServerId'] === 'string' && detail['sourceServerId'] !== '';
}

/** Where an event belongs: its wave, else its target, else the plan with the schedule, else its account and Region. */
export function placeOf(detail: Readonly<Record<string, unknown>>): string {
  const { wave, target, plan, accountId, region } = detail;
  if (typeof wave === 'string' && wave !== '') return `wave ${word(wave)}`;
  if (typeof target === 'string' && target !== '') return word(target);
  if (typeof plan === 'string' && plan !== '') return `schedule ${word(plan)}`;
  return `${word(accountId)} ${word(region)}`;
}
