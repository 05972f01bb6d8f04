import { findJsonFault, type JsonFault } from './json-fault.ts';

/** The JSON values that stand one after another in a text, or the first fault. */
export type JsonDocuments =
  | {
      readonly ok: true;
      readonly documents: readonly unknown[];
      /** The line on which each document begins, counted from 1. */
      readonly lines: readonly number[];
    }
  | { readonly ok: false; readonly fault: JsonFault };

/** How deeply fleet documents may be nested; MGN's own go to six. */
export const deepestNesting = 100;
/** How many values may stand one after another. */
export const mostDocuments = 100_000;

const [quote, backslash] = [0x22, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Reads the JSON objects and lists of a text: one, or any number with white space between them, as JSON
 * lines or as saved pages put together. Depth and number are limited before anything is built.
 */
export function readJsonDocuments(text: string): JsonDocuments {
  const spans = topLevelSpans(text);
  if (!Array.isArray(spans)) return { ok: false, fault: spans };
  const documents: unknown[] = [];
  const lines: number[] = [];
  let line = 1;
  let counted = 0;
  for (const [start, end] of spans) {
    line += newlines(text, counted, start);
    counted = start;
    lines.push(line);
    const part = text.slice(start, end);
    try {
      const document: unknown = JSON.parse(part);
      documents.push(document);
    } catch {
      const fault = findJsonFault(part) ?? { offset: 0, problem: 'is no JSON' };
      return { ok: false, fault: { ...fault, offset: start + fault.offset } };
    }
  }
  return { ok: true, documents, lines };
}

/** Counts the line breaks of a part of a text. */
export function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = text.indexOf('\n', from); i >= 0 && i < to; i = text.indexOf('\n', i + 1))
    count += 1;
  return count;
}

/** Where the top-level objects and lists begin and end, found by their brackets alone. */
function topLevelSpans(text: string): [number, number][] | JsonFault {
  const spans: [number, number][] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === backslash) i += 1;
      else if (code === quote) inString = false;
    } else if (code === openBrace || code === openBracket) {
      if (depth === 0) start = i;
      depth += 1;
      if (depth > deepestNesting) {
        return { offset: i, problem: `is nested more than ${deepestNesting} levels deep` };
      }
    } else if (depth === 0) {
      if (!isBlank(code)) return { offset: i, problem: strayText(text, i) };
    } else if (code === quote) {
      inString = true;
    } else if (code === closeBrace || code === closeBracket) {
      depth -= 1;
      if (depth > 0) continue;
      spans.push([start, i + 1]);
      if (spans.length > mostDocuments) {
        return { offset: i, problem: `holds more than ${mostDocuments} documents` };
      }
    }
  }
  if (depth > 0) {
    // A wrong bracket further up may be why the end seems to be missing.
    const fault = findJsonFault(text.slice(start));
    return fault === undefined
      ? { offset: text.length, problem: 'ends too early' }
      : { ...fault, offset: start + fault.offset };
  }
  return spans.length > 0 ? spans : { offset: 0, problem: 'holds nothing' };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function strayText(text: string, i: number): string {
  return `has ${JSON.stringify(text.slice(i, i + 20))} where a JSON object or list should begin`;
}
