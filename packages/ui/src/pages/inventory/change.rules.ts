import type { InventoryChange, InventoryFieldChange } from '@operations-center/contract';

type Place = Pick<InventoryChange, 'parent_name' | 'type' | 'name'>;

/** `local/custom/data`: what it belongs to is part of what a volume is called. */
export const placeName = ({ parent_name, type, name }: Place): string =>
  [parent_name, type, name].filter((part) => part !== '').join('/');

/** What a change was, in a sentence; the fields of it are told by themselves. */
export function changeSentence(change: InventoryChange): string {
  const { before, server, cluster } = change;
  switch (change.change) {
    case 'created':
      return 'seen for the first time';
    case 'changed':
      return 'changed';
    case 'deleted':
      return 'deleted';
    case 'moved':
      return `moved from ${before?.server || 'another server'} to ${server}`;
    case 'renamed':
      if (before !== null && before.cluster !== cluster)
        return `its cluster was renamed: ${before.cluster} → ${cluster}`;
      return before === null ? 'renamed' : `renamed: ${placeName(before)} → ${placeName(change)}`;
    case 'recreated':
      return 'recreated: another object under the same name';
  }
}

/** A value in one line; a long one is cut, the document has it whole. */
export const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export type FieldLine = { sign: '+' | '−' | '~'; path: string; from?: string; to?: string };

export function fieldLine({ path, from, to }: InventoryFieldChange): FieldLine {
  if (from === undefined) return { sign: '+', path, to: valueText(to) };
  if (to === undefined) return { sign: '−', path, from: valueText(from) };
  return { sign: '~', path, from: valueText(from), to: valueText(to) };
}
