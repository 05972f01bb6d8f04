import type { Schedule } from '../window/schedule.ts';
import type { ApprovalRule } from './approval-rule.ts';
import { acceptedSeconds } from './duration-field.ts';
import { gatedPhases, type WaveGate, type WaveGates } from './gates.ts';
import type { Plan } from './plan.ts';
import type { SettingsLayer } from './settings.ts';
import { acceptedPeriod } from './windows.ts';

type Gates = NonNullable<SettingsLayer['gates']>;
/** A gate as the plan writes it. */
export type WrittenGate = NonNullable<Gates['finalize']>;

/** Answers a wave's gates: its own before the defaults, field by field; undefined where it has none. */
export function gatesFor(plan: Plan, wave: SettingsLayer): WaveGates | undefined {
  const gates: { -readonly [Phase in keyof WaveGates]: WaveGates[Phase] } = {};
  for (const phase of gatedPhases) {
    const gate = gateOf(plan, plan.spec.defaults?.gates?.[phase], wave.gates?.[phase]);
    if (Object.keys(gate).length > 0) gates[phase] = gate;
  }
  return Object.keys(gates).length === 0 ? undefined : gates;
}

/** Says whether a written gate asks for anything; one that only takes away does not. */
export function asksFor({ approval, window, freezes, soak }: WrittenGate): boolean {
  return [approval, window, freezes, soak].some((part) => part !== undefined && part !== 'none');
}

function gateOf(
  plan: Plan,
  below: WrittenGate | undefined,
  own: WrittenGate | undefined,
): WaveGate {
  const approval = approvalOf(below?.approval, own?.approval);
  const schedule = scheduleOf(
    plan,
    wanted(own?.window ?? below?.window),
    wanted(own?.freezes ?? below?.freezes),
  );
  const needs = own?.needs ?? below?.needs;
  const soak = wanted(own?.soak ?? below?.soak);
  return {
    ...(approval === undefined ? {} : { approval }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(schedule === undefined || needs === undefined
      ? {}
      : { needsSeconds: acceptedSeconds(needs) }),
    ...(soak === undefined ? {} : { soakSeconds: acceptedSeconds(soak) }),
  };
}

function wanted<T>(written: T | 'none' | undefined): T | undefined {
  return written === 'none' ? undefined : written;
}

function approvalOf(
  below: WrittenGate['approval'],
  wave: WrittenGate['approval'],
): ApprovalRule | undefined {
  const own = wave ?? below;
  if (own === undefined || own === 'none') return undefined;
  const merged = { ...(below === 'none' ? {} : below), ...own };
  const { by, timeout, approvers = 1, fourEyes, policy, when } = merged;
  return {
    ...(by === undefined ? {} : { by }),
    timeoutSeconds: acceptedSeconds(timeout ?? 'P3D'),
    ...(approvers === 1 ? {} : { approvers }),
    ...(fourEyes === true ? { fourEyes } : {}),
    ...(policy === undefined || when === undefined ? {} : { policy: { name: policy, when } }),
  };
}

function scheduleOf(
  plan: Plan,
  window: Exclude<WrittenGate['window'], 'none'>,
  freezes: Exclude<WrittenGate['freezes'], 'none'>,
): Schedule | undefined {
  if (window === undefined && freezes === undefined) return undefined;
  const entries = window === undefined ? [] : Array.isArray(window) ? window : [window];
  return {
    open: entries.map(acceptedPeriod),
    freezes: (freezes ?? []).map((name) => ({
      name,
      periods: (plan.spec.calendars?.[name] ?? []).map(acceptedPeriod),
    })),
  };
}
