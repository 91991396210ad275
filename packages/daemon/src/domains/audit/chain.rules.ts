import type { Chain, ChainValue } from '../events/numbering.ts';
import { type ChainLink, chainedColumns } from './audit-row.ts';

/**
 * Each entry's hash covers its number, all that it says, and the hash before. It is keyed with the sealing key, so that
 * who can only write the database can make no hash that fits.
 */
export const makeAuditChain = (keyedDigest: KeyedDigest): Chain => ({
  columns: chainedColumns,
  hash: (before: string, entry: readonly ChainValue[]) =>
    keyedDigest(`audit\n${before}\n${JSON.stringify(entry)}`, Number(entry[0])),
});

/** Of a text of the entry with this number: after a rotation older entries have the key of their time. */
export type KeyedDigest = (text: string, number: number) => string;

/** Entries up to `until` were made with a key that is retired since. */
export type KeyEpoch = { until: number; identify(purpose: string, text: string): string };

/** `retired`: oldest first. */
export const keyedDigestOf =
  (purpose: string, retired: readonly KeyEpoch[], present: Pick<KeyEpoch, 'identify'>): KeyedDigest =>
  (text, number) =>
    (retired.find(({ until }) => number <= until) ?? present).identify(purpose, text);

/** `changed` an entry says something else than it said · `gap` entries are missing · `cut` the newest are missing. */
export type ChainProblem = { kind: 'changed' | 'gap' | 'cut'; from: number; to: number };

/** How far a check of the chain has come. */
export type ChainCheck = { number: number; hash: string; problems: readonly ChainProblem[] };

export const unchecked: ChainCheck = { number: 0, hash: '', problems: [] };

/** Named in an answer at most; one is as bad as a thousand. */
const mostProblems = 100;

/** Goes on with one more entry. What follows a gap has nothing to be held against; after it the chain holds again. */
export function checkLink(chain: Chain, check: ChainCheck, link: ChainLink): ChainCheck {
  const { number, hash } = link;
  const isNext = number === check.number + 1;
  if (!isNext) return { number, hash, problems: add(check, { kind: 'gap', from: check.number + 1, to: number - 1 }) };
  if (chain.hash(check.hash, link.entry) === hash) return { ...check, number, hash };
  return { number, hash, problems: add(check, { kind: 'changed', from: number, to: number }) };
}

/** Holds the end of the chain against a head that was written down elsewhere, then or later. */
export function checkHead(check: ChainCheck, head: { number: number; hash: string }): ChainCheck {
  if (head.number > check.number)
    return { ...check, problems: add(check, { kind: 'cut', from: check.number + 1, to: head.number }) };
  if (head.number < check.number || head.hash === check.hash) return check;
  return { ...check, problems: add(check, { kind: 'changed', from: head.number, to: head.number }) };
}

const add = ({ problems }: ChainCheck, problem: ChainProblem): readonly ChainProblem[] =>
  problems.length >= mostProblems || problems.some((one) => one.kind === problem.kind && one.from === problem.from)
    ? problems
    : [...problems, problem];
