import { placeholdersIn } from '../plan/hooks.ts';

/** What may be filled into the address of a probe; undefined where it is not known. */
export interface ProbeFacts {
  readonly hostname: string | undefined;
  readonly sourceServerId: string | undefined;
  readonly instanceId: string | undefined;
  readonly privateIp: string | undefined;
  readonly privateDnsName: string | undefined;
}

/** An address with everything filled in, or what is not known of it. */
export type Filled =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

const plain = /^[\w.:-]{1,255}$/;

/**
 * Fills what is known of a server into the address of a probe. A value that is no plain name or address is refused: it
 * comes from outside, and must not change where the probe goes.
 */
export function fillProbe(template: string, facts: ProbeFacts): Filled {
  let text = template;
  for (const name of placeholdersIn(template)) {
    const value = isFact(name, facts) ? facts[name] : undefined;
    if (value === undefined) return { ok: false, problem: `its {${name}} is not known` };
    if (!plain.test(value)) {
      return { ok: false, problem: `its {${name}} is no plain name or address` };
    }
    text = text.replace(`{${name}}`, value);
  }
  return { ok: true, text };
}

function isFact(name: string, facts: ProbeFacts): name is keyof ProbeFacts {
  return Object.hasOwn(facts, name);
}
