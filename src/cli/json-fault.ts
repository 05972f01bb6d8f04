/** Where and why text is not JSON. */
export interface JsonFault {
  readonly offset: number;
  readonly problem: string;
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end';

const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const afterBackslash = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/**
 * Finds the first place at which text stops being one JSON value; undefined where it is one. Nothing
 * recurses, so depth does not matter.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: string[] = [];
  let expected: Expected | 'nothing' = 'value';
  let i = 0;
  for (;;) {
    while (isBlank(text.charCodeAt(i))) i += 1;
    const character = text[i];
    if (character === undefined) {
      return expected === 'nothing' ? undefined : { offset: i, problem: 'ends too early' };
    }
    const unexpected = {
      offset: i,
      problem: `has ${JSON.stringify(character)} here, not a ${expected}`,
    };
    if (expected === 'nothing') return { offset: i, problem: 'goes on after its end' };
    if (expected === 'colon') {
      if (character !== ':') return unexpected;
      i += 1;
      expected = 'value';
    } else if (closes(character, open.at(-1), expected)) {
      i += 1;
      open.pop();
      expected = open.length === 0 ? 'nothing' : 'comma or end';
    } else if (expected === 'comma or end') {
      if (character !== ',') return unexpected;
      i += 1;
      expected = open.at(-1) === '{' ? 'key' : 'value';
    } else if (character === '"') {
      const end = endOfString(text, i + 1);
      if (typeof end !== 'number') return end;
      i = end;
      if (expected === 'key' || expected === 'key or }') expected = 'colon';
      else expected = open.length === 0 ? 'nothing' : 'comma or end';
    } else if (expected === 'key' || expected === 'key or }') {
      return unexpected;
    } else if (character === '{' || character === '[') {
      i += 1;
      open.push(character);
      expected = character === '{' ? 'key or }' : 'value or ]';
    } else {
      literal.lastIndex = i;
      const [word] = literal.exec(text) ?? [];
      if (word === undefined) return unexpected;
      i += word.length;
      expected = open.length === 0 ? 'nothing' : 'comma or end';
    }
  }
}

function closes(character: string, open: string | undefined, expected: Expected): boolean {
  if (character === '}')
    return open === '{' && (expected === 'key or }' || expected === 'comma or end');
  return (
    character === ']' && open === '[' && (expected === 'value or ]' || expected === 'comma or end')
  );
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function endOfString(text: string, start: number): number | JsonFault {
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code < 0x20) return { offset: i, problem: 'has a control character in a string' };
    if (code === 0x5c) {
      afterBackslash.lastIndex = i + 1;
      const [escaped] = afterBackslash.exec(text) ?? [];
      if (escaped === undefined) return { offset: i, problem: 'has an unknown escape in a string' };
      i += escaped.length;
    }
  }
  return { offset: text.length, problem: 'ends inside a string' };
}
