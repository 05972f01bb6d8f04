// In: layers of what is wanted, each an object as the form has accepted it. Out: one laid over the other, field by field; and
// where two of one level contradict each other. Pure; called by resolve-launch-configuration.
import { canonicalJson } from '../../canonical-json.ts';
import { isObject, type JsonObject } from '../../fleet/document.ts';

// Members that are meant whole.
const whole: ReadonlySet<string> = new Set([
  'volumes',
  'parameters',
  'licensing',
  'launchIntoInstanceProperties',
]);

/** Lays what one layer says over what those below it say: member by member, lists and what is meant whole as they are. */
export function laidOver(below: JsonObject, layer: JsonObject): JsonObject {
  const joined = new Map<string, unknown>(Object.entries(below));
  for (const [name, value] of Object.entries(layer)) {
    const under = joined.get(name);
    joined.set(
      name,
      isObject(value) && isObject(under) && !whole.has(name) ? laidOver(under, value) : value,
    );
  }
  return Object.fromEntries(joined);
}

/** The places at which two layers say different things, as text: `launchTemplate.instanceType`. */
export function contradictions(one: JsonObject, other: JsonObject): readonly string[] {
  return Object.entries(one).flatMap(([name, value]) => {
    if (!Object.hasOwn(other, name)) return [];
    const rival = other[name];
    if (isObject(value) && isObject(rival) && !whole.has(name)) {
      return contradictions(value, rival).map((rest) => `${name}.${rest}`);
    }
    return canonicalJson(value) === canonicalJson(rival) ? [] : [name];
  });
}
