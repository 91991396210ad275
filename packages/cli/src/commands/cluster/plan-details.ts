import type { PlannedChange } from '@operations-center/contract';

/** `config["ipv4.nat"]` → `ipv4.nat`, `devices["root"]` → `device root`: as people write them in the file. */
const fieldName = (field: string): string =>
  field
    .replace(/^config(?:\.|\["(.+)"\])/, (_, key: string | undefined) => key ?? '')
    .replace(/^devices(?:\.([\w-]+)|\["(.+?)"\])/, (_, plain: string, quoted: string) => `device ${plain ?? quoted}`);

/** `enabled: false → true`; where servers differ, all their values: `system_id: → 1, 2, 3`. */
export function changedText(rows: readonly PlannedChange[]): string {
  const fields = [...Map.groupBy(foldEntries(rows), ({ what }) => what)];
  return fields.map(([field, own]) => `${fieldName(field)}: ${arrow(own)}`).join(', ');
}

/** `zfs, source local/incus`: a new thing has no before. */
export function madeText(rows: readonly PlannedChange[]): string {
  const shown = foldEntries(rows).filter(({ what }) => !plainFields.has(what));
  return shown
    .map(({ what, after }) => (bareFields.has(what) ? after : `${fieldName(what)} ${after ?? ''}`))
    .join(', ');
}

/** What goes without saying, and what says itself. */
const plainFields = new Set(['description', 'content_type']);
const bareFields = new Set(['driver', 'type', 'subject', 'name']);

function arrow(rows: readonly PlannedChange[]): string {
  const befores = [...new Set(rows.map(({ before }) => before ?? ''))];
  const afters = [...new Set(rows.map(({ after }) => after ?? ''))].map((after) => (after === '' ? 'unset' : after));
  const before = befores.length === 1 ? befores[0] : befores.map((one) => one || 'unset').join(', ');
  const isAdded = afters.every((after) => after.startsWith('+ '));
  return `${before === undefined || before === '' ? '' : `${before} `}${isAdded ? '' : '→ '}${afters.join(', ')}`;
}

/** A new entry of a list is one thing: `targets[0].transport`, `targets[0].address` → `targets: + tcp 192.168.1.100`. */
function foldEntries(rows: readonly PlannedChange[]): PlannedChange[] {
  const entryOf = ({ what, before }: PlannedChange): string | undefined =>
    before === null ? /^(.+\[\d+\])\./.exec(what)?.[1] : undefined;
  const groups = Map.groupBy(rows, (row) => entryOf(row) ?? row);
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    const entry = first === undefined ? undefined : entryOf(first);
    if (entry === undefined) return own;
    const values = [...new Set(own.map(({ what, after }) => JSON.stringify([what, after])))].map(
      (text) => (JSON.parse(text) as [string, string | null])[1],
    );
    return [{ what: entry.replace(/\[\d+\]$/, ''), before: null, after: `+ ${values.join(' ')}` }];
  });
}

/** Breaks a long text between words, where somebody looks at it on a terminal; else it stays one line. */
export function wrapText(detail: string, room: number | undefined): string[] {
  if (room === undefined || detail.length <= room) return [detail];
  const lines: string[] = [];
  let line = '';
  for (const part of detail.split(/(?<= )/)) {
    if (line !== '' && line.length + part.trimEnd().length > room) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += part;
  }
  return [...lines, line];
}
