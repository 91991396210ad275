import type { FieldChange, MemberValues } from './apply.ts';

/** What an item is by each of the four that know it. */
export type Sides = {
  /** The file that is applied now, and the one before. */
  file: MemberValues;
  fileBefore: MemberValues;
  /** What was applied last, defaults included. */
  applied: MemberValues;
  live: MemberValues;
};

/**
 * A field that others changed since it was last applied. `conflict`: the file changed it, too, and a person must choose.
 * `drift`: the file did not; what is live stays, unless the file's side is taken.
 */
export type Difference = {
  kind: 'conflict' | 'drift';
  member: string;
  field: string;
  applied: string | null;
  file: string | null;
  live: string | null;
};

export type Verdict = { changes: FieldChange[]; differences: Difference[] };

/** Keys that Incus fills in itself when it makes a thing: one that we never set is nobody's choice. */
const filledByIncus = /^config\.(?:ipv[46]\.(?:address|nat)|size|volatile\..*|features\..*)$/;

/** Pure: what to change so that the file is fulfilled, and where others had their hands in. */
export function compareThreeWays(sides: Sides): Verdict {
  const verdict: Verdict = { changes: [], differences: [] };
  const members = new Set([...Object.keys(sides.file), ...Object.keys(sides.fileBefore)]);
  for (const member of members) {
    const fields = new Set([...keysOf(sides.file, member), ...keysOf(sides.fileBefore, member)]);
    for (const field of fields) decide(member, field, sides, verdict);
  }
  return verdict;
}

const keysOf = (values: MemberValues, member: string): string[] => Object.keys(values[member] ?? {});

function decide(member: string, field: string, sides: Sides, verdict: Verdict): void {
  const of = (values: MemberValues): string | undefined => values[member]?.[field];
  const [file, applied, live] = [of(sides.file), of(sides.applied), of(sides.live)];
  const change = (after: string | null): void => {
    verdict.changes.push({ member, field, before: live ?? null, after });
  };
  const differ = (kind: Difference['kind']): void => {
    const texts = { applied: applied ?? null, file: file ?? null, live: live ?? null };
    verdict.differences.push({ kind, member, field, ...texts });
  };
  // It stood in the file before: what came from the defaults stays.
  if (file === undefined) {
    if (applied === undefined || live === undefined) return;
    return fulfils(applied, live) ? change(null) : differ('conflict');
  }
  if (fulfils(file, live)) return;
  const after = file === '' ? null : file;
  if (applied === file) return differ('drift');
  if (applied === undefined) {
    return live === undefined || filledByIncus.test(field) ? change(after) : differ('conflict');
  }
  return fulfils(applied, live) ? change(after) : differ('conflict');
}

/** An empty value is fulfilled by absence, `auto` by whatever Incus chose. */
export function fulfils(wanted: string, live: string | undefined): boolean {
  if (wanted === live || (wanted === '' && live === undefined)) return true;
  return wanted === 'auto' && live !== undefined && live !== 'none';
}

/** Keys that Incus writes beside those that were applied: what it chose, and how it names what it made. */
const writtenByIncus =
  /^config\.(?:ipv[46]\..*|size|source|volatile\..*|features\..*|bridge\.mtu|network|[a-z]+\.(?:[a-z]+_)*name)$/;

export const isWrittenByIncus = (field: string): boolean => writtenByIncus.test(field);

/** A field that is not as it was applied, and that Incus did not write itself; undefined: nobody had a hand in it. */
export function strangeField(applied: MemberValues, live: MemberValues): string | undefined {
  for (const [member, found] of Object.entries(live)) {
    const own = { ...applied[''], ...applied[member] };
    const strange = [...new Set([...Object.keys(own), ...Object.keys(found)])].find((field) => {
      const [wanted, is] = [own[field], found[field]];
      return wanted === undefined ? !isWrittenByIncus(field) : !fulfils(wanted, is);
    });
    if (strange !== undefined) return strange.replace(/^config\./, '');
  }
  return undefined;
}
