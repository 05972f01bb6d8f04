import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { parse, parseDocument, type Tags } from 'yaml';

/** What the framework's variables are read from, besides the file itself. */
export interface FileVariables {
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  readonly options: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

// The short forms of CloudFormation's functions, read as their long forms; what may be done with them is
// decided where they stand.
const functionNames = [
  ...[
    'And',
    'Base64',
    'Cidr',
    'Equals',
    'FindInMap',
    'GetAZs',
    'GetAtt',
    'If',
    'ImportValue',
    'Join',
  ],
  ...['Not', 'Or', 'Select', 'Split', 'Sub', 'Transform'],
];
const tags: Tags = [
  { tag: '!Ref', resolve: (text: string) => ({ Ref: text }) },
  { tag: '!Condition', resolve: (text: string) => ({ Condition: text }) },
  ...functionNames.flatMap((name): Tags => {
    const tag = `!${name}`;
    const long = (argument: unknown) => ({ [`Fn::${name}`]: argument });
    return [
      { tag, resolve: (text: string) => long(name === 'GetAtt' ? splitOnce(text) : text) },
      { tag, collection: 'seq', resolve: (list) => long(list.toJSON()) },
      { tag, collection: 'map', resolve: (map) => long(map.toJSON()) },
    ];
  }),
];

function splitOnce(text: string): readonly string[] {
  const dot = text.indexOf('.');
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

/** Parses YAML with CloudFormation's tags; anything that YAML only warns of, such as another tag, is an error. */
export function parseTemplateYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { customTags: tags, strict: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new Error(`${file}: ${problem.message}`, { cause: problem });
  return document.toJSON();
}

/** Thrown where a variable of the file has no value. */
export class VariableRefused extends Error {
  override readonly name = 'VariableRefused';
}

const variable = /\$\{((?:self|sls|opt|env|file|aws)(?::|\()[^{}]*)\}/;
const whole = new RegExp(`^${variable.source}$`);

/**
 * Reads a serverless.yml, or another file in its form, with its variables replaced: `${self:…}`,
 * `${sls:stage}`, `${opt:x, 'default'}`, `${env:X, 'default'}`, `${file(path)}`, `${file(path):key}` and
 * `${aws:region}`, `${aws:accountId}`. A file may be YAML, JSON or a CommonJS module, whose function is called
 * with `options` as the framework calls it and with `environment`, which stands for the process's.
 * Other `${…}` belong to CloudFormation and stay.
 */
export function readServerlessFile(path: string, variables: FileVariables): unknown {
  const root = parseTemplateYaml(readFileSync(path, 'utf8'), path);
  return new Variables(root, dirname(path), variables).replaceIn(root);
}

class Variables {
  readonly #root: unknown;
  readonly #folder: string;
  readonly #variables: FileVariables;
  readonly #open: string[] = [];
  readonly #files = new Map<string, unknown>();

  constructor(root: unknown, folder: string, variables: FileVariables) {
    this.#root = root;
    this.#folder = folder;
    this.#variables = variables;
  }

  replaceIn(value: unknown): unknown {
    if (typeof value === 'string') return this.#replaceText(value);
    if (Array.isArray(value)) return value.map((item: unknown) => this.replaceIn(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, this.replaceIn(part)]),
    );
  }

  #replaceText(text: string): unknown {
    const alone = whole.exec(text)?.[1];
    if (alone !== undefined) return this.#valueOf(alone);
    let replaced = text;
    // The innermost variable comes first, so that a default may itself hold one.
    for (let found = variable.exec(replaced); found !== null; found = variable.exec(replaced)) {
      const value = this.#valueOf(found[1] ?? '');
      if (typeof value === 'object') throw new VariableRefused(`${found[0]} is no text`);
      if (replaced === found[0]) return value;
      replaced = replaced.replace(found[0], () => String(value));
    }
    return replaced;
  }

  #valueOf(expression: string): unknown {
    if (this.#open.includes(expression))
      throw new VariableRefused(`\${${expression}} refers to itself`);
    this.#open.push(expression);
    try {
      const [source = '', ...defaults] = splitAtCommas(expression);
      const found = this.#sourceValue(source.trim());
      if (found !== undefined) return this.replaceIn(found);
      const otherwise = defaults.map((text) => text.trim())[0];
      if (otherwise === undefined) throw new VariableRefused(`\${${expression}} has no value`);
      return this.#defaultValue(otherwise);
    } finally {
      this.#open.pop();
    }
  }

  #defaultValue(text: string): unknown {
    const quoted = /^(['"])(.*)\1$/.exec(text)?.[2];
    if (quoted !== undefined) return quoted;
    if (/^(self|sls|opt|env|aws):|^file\(/.test(text)) return this.#valueOf(text);
    const parsed: unknown = parse(text);
    return parsed;
  }

  #sourceValue(source: string): unknown {
    const file = /^file\(([^)]+)\)(?::(.+))?$/.exec(source);
    if (file !== null) return this.#included(file[1] ?? '', file[2]);
    const [, kind, name = ''] = /^(\w+):(.*)$/.exec(source) ?? [];
    const { stage, region, accountId, options, environment } = this.#variables;
    switch (kind) {
      case 'self':
        return this.#fieldAt(this.#root, name);
      case 'sls':
        return name === 'stage' ? stage : undefined;
      case 'opt':
        return name === 'stage'
          ? stage
          : (options[name] ?? (name === 'region' ? region : undefined));
      case 'env':
        return environment[name];
      case 'aws':
        return name === 'region' ? region : name === 'accountId' ? accountId : undefined;
      default:
        throw new VariableRefused(`\${${source}} is not implemented`);
    }
  }

  // What is on the way may itself be a variable: `custom.limits` a file, and the field inside it.
  #fieldAt(value: unknown, path: string): unknown {
    let at = value;
    for (const key of path.split('.')) {
      if (typeof at === 'string' && whole.test(at)) at = this.replaceIn(at);
      if (typeof at !== 'object' || at === null) return undefined;
      at = Object.getOwnPropertyDescriptor(at, key)?.value;
    }
    return at;
  }

  #included(path: string, key: string | undefined): unknown {
    const file = resolve(this.#folder, path.trim());
    const content = this.#files.has(file) ? this.#files.get(file) : this.#contentOf(file);
    this.#files.set(file, content);
    return key === undefined ? content : this.#fieldAt(content, key);
  }

  #contentOf(file: string): unknown {
    if (/\.(ya?ml|json)$/.test(file)) return parseTemplateYaml(readFileSync(file, 'utf8'), file);
    if (!file.endsWith('.cjs'))
      throw new VariableRefused(`${file}: only YAML, JSON and .cjs files are read`);
    const exported: unknown = createRequire(file)(file);
    if (typeof exported !== 'function') return exported;
    const { options, stage, region, environment } = this.#variables;
    const made: unknown = exported({ options: { ...options, stage, region }, environment });
    if (made instanceof Promise)
      throw new VariableRefused(`${file}: a function that answers later is not implemented`);
    return made;
  }
}

function splitAtCommas(expression: string): readonly string[] {
  return expression.match(/(?:'[^']*'|"[^"]*"|[^,])+/g) ?? [];
}
