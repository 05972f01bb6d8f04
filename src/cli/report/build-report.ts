// In: evidence, the facts behind it, and maybe a key. Out: the files of a report, bound to one another and to one root
// digest. Pure but for the key, which signs the same text always the same.
import { chainOf, type EvidenceRecord } from '../../core/evidence/chain.ts';
import { type Evidence, evidenceRecords } from '../../core/evidence/evidence.ts';
import { withProof } from '../../core/evidence/proven-page.ts';
import {
  proofText,
  reportFormat,
  rootOf,
  type Seal,
  signedText,
} from '../../core/evidence/seal.ts';
import { pageName, recordsName } from '../../core/evidence/verdict.ts';
import { csvTables } from './csv-tables.ts';
import { pageStyle } from './page-style.ts';
import { renderPage } from './render-page.ts';
import { type SigningKey, sha256, sha256Base64 } from './signing.ts';

/** A report: the text of each of its files, by name, and the digest that stands for all of them. */
export interface Report {
  readonly files: ReadonlyMap<string, string>;
  readonly root: string;
  readonly records: number;
  readonly signed: boolean;
}

/** Makes the files of a report. */
export function buildReport(
  evidence: Evidence,
  facts: readonly EvidenceRecord[],
  key: SigningKey | undefined,
): Report {
  const chain = chainOf(evidenceRecords(evidence, facts), sha256);
  const page = renderPage(evidence, sha256Base64(pageStyle));
  const tables = csvTables(evidence);
  const digests = [[pageName, page] as const, ...tables].map(
    ([name, text]) => [name, sha256(text)] as const,
  );
  const seal: Seal = {
    format: reportFormat,
    records: chain.lines.length,
    head: chain.head,
    files: Object.fromEntries(digests),
    key: key === undefined ? null : sha256(key.publicKey),
  };
  const root = rootOf(seal, sha256);
  const signature =
    key === undefined ? null : { publicKey: key.publicKey, value: key.sign(signedText(root)) };
  const proof = proofText({ seal, root, signature });
  return {
    files: new Map([
      [pageName, withProof(page, proof)],
      [recordsName, `${[...chain.lines, proof].join('\n')}\n`],
      ...tables,
    ]),
    root,
    records: chain.lines.length,
    signed: signature !== null,
  };
}
