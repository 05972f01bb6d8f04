// In: the files of a report as they are now, and what a person holds against them. Out: whether they are what they were,
// or the first thing in each that is not. Pure; digests, signatures and the files' text come in.
import { type Digest, readChain } from './chain.ts';
import { partPage } from './proven-page.ts';
import { type Anchors, type IsSigned, type Proof, proofProblems, readProof } from './seal.ts';

/** The page of a report. */
export const pageName = 'report.html';
/** The records of a report, as JSON lines; the last line is the proof. */
export const recordsName = 'report.jsonl';

/** Something that is not what it was. */
export interface Finding {
  readonly file: string;
  /** The line in the file, counted from 1, where it is one. */
  readonly line?: number;
  readonly problem: string;
}

/**
 * What was found. `untouched`: everything is what the root or the key vouches for. `touched`: something is not.
 * `unproven`: nothing contradicts anything, and nothing vouches for it.
 */
export interface Verdict {
  readonly verdict: 'untouched' | 'touched' | 'unproven';
  readonly findings: readonly Finding[];
  /** The files that were looked at and are bound to the root. */
  readonly files: readonly string[];
  readonly records: number | null;
  readonly root: string | null;
}

/** How files are read and judged. */
export interface Judging {
  /** A file of the report: its text; null where it is no UTF-8; undefined where it is not there. */
  readonly read: (name: string) => string | null | undefined;
  readonly digest: Digest;
  readonly isSigned: IsSigned;
}

/** Judges a whole report: its records, its page, its tables. */
export function judgeReport(judging: Judging, anchors: Anchors): Verdict {
  const findings: Finding[] = [];
  const text = textOf(recordsName, judging, findings);
  const records = text === undefined ? undefined : judgeRecords(text, judging, findings);
  const proof = records?.proof;
  if (proof === undefined) return verdictOf(findings, anchors, [recordsName], undefined, judging);
  const names = Object.keys(proof.seal.files);
  for (const name of names) judgeBeside(name, proof, judging, findings);
  return verdictOf(findings, anchors, [recordsName, ...names], proof, judging);
}

/** Judges one file of a report; a table needs the records or the page beside it, which say what it was. */
export function judgeFile(name: string, judging: Judging, anchors: Anchors): Verdict {
  const findings: Finding[] = [];
  const text = textOf(name, judging, findings);
  if (text === undefined) return verdictOf(findings, anchors, [name], undefined, judging);
  if (name === recordsName || name.endsWith('.jsonl')) {
    const { proof } = judgeRecords(text, judging, findings, name);
    return verdictOf(findings, anchors, [name], proof, judging);
  }
  const proof = name.endsWith('.html') ? proofInPage(text) : proofBeside(judging);
  if (proof === undefined) {
    const problem = name.endsWith('.html')
      ? 'the page holds no proof'
      : `no proof stands beside it: keep ${recordsName} or ${pageName} with it`;
    findings.push({ file: name, problem });
  } else if (name.endsWith('.html')) judgePage(name, text, proof, judging, findings);
  else judgeBeside(name, proof, judging, findings);
  return verdictOf(findings, anchors, [name], proof, judging);
}

function verdictOf(
  findings: Finding[],
  anchors: Anchors,
  files: readonly string[],
  proof: Proof | undefined,
  { digest, isSigned }: Judging,
): Verdict {
  const said = proof === undefined ? [] : proofProblems(proof, anchors, digest, isSigned);
  const all = [...findings, ...said.map((problem) => ({ file: 'proof', problem }))];
  const isHeld = anchors.root !== undefined || anchors.publicKey !== undefined;
  const isTouched = all.length > 0 || proof === undefined;
  return {
    verdict: isTouched ? 'touched' : isHeld ? 'untouched' : 'unproven',
    findings: all,
    files,
    records: proof?.seal.records ?? null,
    root: proof?.root ?? null,
  };
}

function textOf(name: string, { read }: Judging, findings: Finding[]): string | undefined {
  const text = read(name);
  if (typeof text === 'string') return text;
  const problem = text === null ? 'holds bytes that are no text' : 'is missing';
  findings.push({ file: name, problem });
  return undefined;
}

/** Judges the chain of records and finds the proof at its end. */
function judgeRecords(
  text: string,
  { digest }: Judging,
  findings: Finding[],
  file = recordsName,
): { readonly proof: Proof | undefined } {
  const lines = text.split('\n');
  const isWhole = lines.pop() === '';
  const last = isWhole ? lines.pop() : undefined;
  const chain = readChain(lines, digest);
  if (!chain.ok) {
    findings.push({ file, line: chain.line, problem: chain.problem });
    const proof = last === undefined ? undefined : readProof(last);
    return { proof };
  }
  const proof = last === undefined ? undefined : readProof(last);
  if (proof === undefined) {
    findings.push({ file, line: lines.length + 1, problem: 'the last line is no proof' });
    return { proof };
  }
  const { seal } = proof;
  if (chain.records.length !== seal.records) {
    const problem = `it has ${chain.records.length} records, and was sealed with ${seal.records}`;
    findings.push({ file, problem });
  } else if (chain.head !== seal.head) {
    findings.push({ file, problem: 'its records are a chain, but not the one that was sealed' });
  }
  return { proof };
}

function judgeBeside(name: string, proof: Proof, judging: Judging, findings: Finding[]): void {
  const text = textOf(name, judging, findings);
  if (text === undefined) return;
  if (name.endsWith('.html')) {
    judgePage(name, text, proof, judging, findings);
    return;
  }
  const known = proof.seal.files[name];
  if (known === undefined) findings.push({ file: name, problem: 'is no file of this report' });
  else if (judging.digest(text) !== known) {
    findings.push({ file: name, problem: 'is not what it was' });
  }
}

function judgePage(
  name: string,
  text: string,
  proof: Proof,
  { digest }: Judging,
  findings: Finding[],
): void {
  const parted = partPage(text);
  const own = parted === undefined ? undefined : readProof(parted.proof);
  if (parted === undefined || own === undefined) {
    findings.push({ file: name, problem: 'the page holds no proof' });
  } else if (JSON.stringify(own) !== JSON.stringify(proof)) {
    findings.push({ file: name, problem: 'the proof in the page is that of another report' });
  } else if (digest(parted.page) !== proof.seal.files[pageName]) {
    findings.push({ file: name, problem: 'the page is not what it was' });
  }
}

function proofInPage(text: string): Proof | undefined {
  const parted = partPage(text);
  return parted === undefined ? undefined : readProof(parted.proof);
}

function proofBeside({ read }: Judging): Proof | undefined {
  const records = read(recordsName);
  const last = typeof records === 'string' ? records.trimEnd().split('\n').at(-1) : undefined;
  if (last !== undefined) return readProof(last);
  const page = read(pageName);
  return typeof page === 'string' ? proofInPage(page) : undefined;
}
