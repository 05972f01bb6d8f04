/** How the service prints instants: `+00:00` with microseconds (seen on the wire), or `Z` (the model's pattern). */
export type TimestampForm = '+00:00' | 'Z';

/** Prints an instant as the service does. The microseconds below a millisecond are made up, the same each time. */
export function stamp(ms: number, form: TimestampForm): string {
  if (form === 'Z') return new Date(ms).toISOString();
  const whole = Math.floor(ms);
  const minute = Math.floor(whole / 60_000);
  const second = ((whole - minute * 60_000) / 1000).toFixed(3).padStart(6, '0');
  const micro = (((Math.trunc(ms) * 7919) % 1000) + 1000) % 1000;
  return `${minuteText(minute)}:${second}${String(micro).padStart(3, '0')}+00:00`;
}

// Calendar arithmetic is the dearest part of printing a fleet, and most stamps of one answer share a few minutes.
const minuteTexts = new Map<number, string>();

function minuteText(minute: number): string {
  const known = minuteTexts.get(minute);
  if (known !== undefined) return known;
  if (minuteTexts.size >= 4096) minuteTexts.clear();
  const text = new Date(minute * 60_000).toISOString().slice(0, 16);
  minuteTexts.set(minute, text);
  return text;
}

/** Prints an instant with whole seconds, e.g. `2022-08-31T17:08:00+00:00`. */
export function stampOfSecond(ms: number, form: TimestampForm): string {
  const minute = Math.floor(ms / 60_000);
  const second = Math.floor((ms - minute * 60_000) / 1000);
  return `${minuteText(minute)}:${String(second).padStart(2, '0')}${form === 'Z' ? 'Z' : '+00:00'}`;
}

/** Reads an instant as milliseconds after 1970; undefined where the text is none. */
export function stampMs(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** Prints milliseconds as the service prints durations: `P0D`, `PT4M12.5S`, `P1DT2H3M4.5S`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole === 0) return 'P0D';
  const days = Math.floor(whole / 86_400_000);
  const hours = Math.floor(whole / 3_600_000) % 24;
  const minutes = Math.floor(whole / 60_000) % 60;
  const seconds = (whole % 60_000) / 1000;
  const clock = `${part(hours, 'H')}${part(minutes, 'M')}${part(seconds, 'S')}`;
  return `P${part(days, 'D')}${clock === '' ? '' : `T${clock}`}`;
}

const durationPattern =
  /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Reads an ISO 8601 duration without years and months as milliseconds; undefined where the text is none. */
export function durationMs(text: string | undefined): number | undefined {
  const match = durationPattern.exec(text ?? '');
  if (match === null || text === undefined || /[PT]$/.test(text)) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  return Math.round(((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

function part(amount: number, unit: string): string {
  return amount === 0 ? '' : `${amount}${unit}`;
}
