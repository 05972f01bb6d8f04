/** What the references of a template stand for, here or in AWS. */
export interface Resolver {
  /** What `Ref` of a logical id or a pseudo parameter is; undefined where there is none such. */
  readonly ref: (logicalId: string) => string | undefined;
  /** What `Fn::GetAtt` of a logical id and an attribute is; undefined where there is none such. */
  readonly attribute: (logicalId: string, attribute: string) => string | undefined;
}

/** Thrown where a template refers to something that is not there, or uses another intrinsic function. */
export class ReferenceRefused extends Error {
  override readonly name = 'ReferenceRefused';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Answers a value of a CloudFormation template with every Ref, Fn::GetAtt, Fn::Sub and Fn::Join replaced
 * by what it stands for. Throws ReferenceRefused for what the resolver does not know.
 */
export function resolveDefinition(value: unknown, resolver: Resolver): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => resolveDefinition(item, resolver));
  if (!isRecord(value)) return value;
  const [only, ...others] = Object.entries(value);
  if (only !== undefined && others.length === 0) {
    const [key, argument] = only;
    if (key === 'Ref') return known(resolver.ref(String(argument)), `Ref ${String(argument)}`);
    if (key === 'Fn::GetAtt') return attribute(argument, resolver);
    if (key === 'Fn::Sub') return substituted(argument, resolver);
    if (key === 'Fn::Join') return joined(argument, resolver);
    if (key.startsWith('Fn::')) throw new ReferenceRefused(`${key} is not implemented`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, resolveDefinition(part, resolver)]),
  );
}

function known(value: string | undefined, what: string): string {
  if (value === undefined) throw new ReferenceRefused(`${what} leads nowhere`);
  return value;
}

function attribute(argument: unknown, resolver: Resolver): string {
  const text = Array.isArray(argument) ? argument.join('.') : String(argument);
  const dot = text.indexOf('.');
  const value =
    dot === -1 ? undefined : resolver.attribute(text.slice(0, dot), text.slice(dot + 1));
  return known(value, `Fn::GetAtt ${text}`);
}

function substituted(argument: unknown, resolver: Resolver): string {
  const [template, values]: readonly unknown[] = Array.isArray(argument)
    ? argument
    : [argument, {}];
  if (typeof template !== 'string' || !isRecord(values)) {
    throw new ReferenceRefused('Fn::Sub needs a text, or a text and its values');
  }
  return template.replace(/\$\{(!?)([^}]+)\}/g, (whole: string, literal: string, name: string) => {
    // `${!Name}` stands for the text `${Name}`.
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(values, name)) {
      const inserted = resolveDefinition(values[name], resolver);
      if (typeof inserted !== 'string') throw new ReferenceRefused(`Fn::Sub: ${name} is no text`);
      return inserted;
    }
    return name.includes('.')
      ? attribute(name, resolver)
      : known(resolver.ref(name), `Fn::Sub ${whole}`);
  });
}

function joined(argument: unknown, resolver: Resolver): string {
  const [separator, parts]: readonly unknown[] = Array.isArray(argument) ? argument : [];
  if (typeof separator !== 'string' || !Array.isArray(parts)) {
    throw new ReferenceRefused('Fn::Join needs a separator and a list');
  }
  return parts
    .map((part: unknown) => {
      const text = resolveDefinition(part, resolver);
      if (typeof text !== 'string') throw new ReferenceRefused('Fn::Join: a part is no text');
      return text;
    })
    .join(separator);
}
