// In: a file of events, a directory with the logs of a rehearsal, or standard input. Out: the events one by one, each
// with its line. A log of any size is never held as one text.
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import { readJsonDocuments } from '../json-documents.ts';

/** An event of a file, or why a line is none; lines are counted from 1. */
export type EventRead =
  | { readonly line: number; readonly event: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: string };

/** A file of events that can be read, or why not. */
export type EventsOpened =
  | { readonly ok: true; readonly file: string; readonly events: AsyncIterable<EventRead> }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Opens events: JSON lines, or JSON objects and lists one after another. A directory stands for its `events.jsonl`, `-`
 * for standard input.
 */
export function openEvents(path: string): EventsOpened {
  if (path === '-') {
    return { ok: true, file: 'standard input', events: eventsIn(chunksOf(process.stdin)) };
  }
  const file = isDirectory(path) ? join(path, 'events.jsonl') : path;
  try {
    if (statSync(file).isDirectory()) throw new Error('it is a directory');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const message = error instanceof Error ? error.message : String(error);
    const problem = isMissing ? 'does not exist' : `cannot be read: ${message}`;
    const remedy = 'name a file of events, or a directory that landfall rehearse --out wrote';
    return { ok: false, problem: { ...problemAt([], problem, remedy), file } };
  }
  return { ok: true, file, events: eventsIn(chunksOf(createReadStream(file))) };
}

/** Reads the events of a text that comes in parts. */
export async function* eventsIn(chunks: AsyncIterable<string>): AsyncGenerator<EventRead> {
  const lines = linesOf(chunks);
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const read = parsed(line);
    // A document over several lines shows at its first; afterwards a broken line is a broken line.
    if (read === undefined && number === 1) {
      yield* documentsIn(line, lines);
      return;
    }
    yield* eventsOf(read, number);
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

async function* chunksOf(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of stream) {
    if (chunk instanceof Uint8Array) yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const largest = 64 * 1024 * 1024;

async function* documentsIn(first: string, rest: AsyncIterable<string>): AsyncGenerator<EventRead> {
  let text = `${first}\n`;
  for await (const line of rest) {
    text += `${line}\n`;
    if (text.length > largest) {
      yield { line: 1, problem: 'is no JSON line, and too large for one document' };
      return;
    }
  }
  const read = readJsonDocuments(text);
  if (!read.ok) {
    const line = text.slice(0, read.fault.offset).split('\n').length;
    yield { line, problem: read.fault.problem };
    return;
  }
  for (const [i, document] of read.documents.entries()) {
    yield* eventsOf({ value: document }, read.lines[i] ?? 1);
  }
}

function* eventsOf(
  read: { readonly value: unknown } | undefined,
  line: number,
): Generator<EventRead> {
  if (read === undefined) yield { line, problem: 'is not JSON' };
  else if (Array.isArray(read.value)) {
    for (const one of read.value) yield* eventsOf({ value: one }, line);
  } else if (isRecord(read.value)) yield { line, event: read.value };
  else yield { line, problem: 'is no JSON object' };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
