import { acceptedSeconds } from './duration-field.ts';
import { type HookPoint, hookPoints } from './hook-point.ts';
import type { undoes, WrittenHook, WrittenHooks } from './hooks.ts';

/** What a hook does: call a function, run a document, or look whether an address answers. */
export type HookAct =
  | {
      readonly kind: 'function';
      readonly function: string;
      readonly parameters: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly kind: 'document';
      readonly document: string;
      readonly parameters: Readonly<Record<string, readonly string[]>>;
      /** The managed node that the source is; null where the document runs on the launched instance. */
      readonly node: string | null;
    }
  | { readonly kind: 'http'; readonly url: string; readonly status: number }
  | { readonly kind: 'tcp'; readonly address: string };

/** A hook with nothing left open. */
export interface Hook {
  readonly name: string;
  readonly act: HookAct;
  /** Of a function or document until it has ended, of a probe for one try. */
  readonly timeoutSeconds: number;
  /** How often it is tried in all: a function or document under a key of its own each time, a probe every so many seconds. */
  readonly tries: number;
  readonly intervalSeconds: number;
  readonly onFailure: 'fail' | 'hold' | 'continue';
}

/** The hooks of a server by point; a point without hooks is absent or empty. */
export type ServerHooks = Readonly<Partial<Record<HookPoint, readonly Hook[]>>>;

/** Lays the hooks of a layer over those below, point by point; undefined where neither has any. */
export function laidOverHooks(
  below: ServerHooks | undefined,
  layer: WrittenHooks | undefined,
): ServerHooks | undefined {
  if (layer === undefined) return below;
  const merged: { -readonly [Point in HookPoint]?: readonly Hook[] } = { ...below };
  for (const point of hookPoints) {
    const written = layer[point];
    if (written !== undefined) merged[point] = written.map(hookOf);
  }
  return Object.keys(merged).length === 0 ? undefined : merged;
}

/** Whether a hook is run and then asked after, as functions and documents are; probes are not. */
export function isAskedAfter({ act }: Pick<Hook, 'act'>): boolean {
  return act.kind === 'function' || act.kind === 'document';
}

function hookOf(written: WrittenHook): Hook {
  const { name, timeout, interval, onFailure = 'fail' } = written;
  const act = actOf(written);
  const isCalled = isAskedAfter({ act });
  return {
    name,
    act,
    timeoutSeconds: acceptedSeconds(timeout ?? (isCalled ? 'PT15M' : 'PT5S')),
    tries: isCalled ? (written.retries ?? 1) + 1 : (written.attempts ?? 10),
    intervalSeconds: acceptedSeconds(interval ?? 'PT1M'),
    onFailure,
  };
}

function actOf(written: WrittenHook): HookAct {
  const { function: name, document, http, status = 200, tcp = '' } = written;
  if (name !== undefined) return { kind: 'function', function: name, parameters: singles(written) };
  if (document !== undefined) {
    const node = written.on === 'source' ? (written.node ?? '') : null;
    return { kind: 'document', document, parameters: lists(written), node };
  }
  return http === undefined ? { kind: 'tcp', address: tcp } : { kind: 'http', url: http, status };
}

function singles({ parameters = {} }: WrittenHook) {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      typeof value === 'object' ? [] : [[name, value]],
    ),
  );
}

function lists({ parameters = {} }: WrittenHook) {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      typeof value === 'object' ? [[name, value]] : [],
    ),
  );
}

/** What a pair lacks that a switch or a freeze needs to be taken back; undefined where nothing. */
export function missingUndo(hooks: ServerHooks | undefined): keyof typeof undoes | undefined {
  if (hooks === undefined) return undefined;
  if ((hooks.freeze ?? []).length > 0 && hooks.thaw === undefined) return 'thaw';
  if ((hooks.switch ?? []).length > 0 && hooks.switchBack === undefined) return 'switchBack';
  return undefined;
}
