import type { InventoryColumn, InventoryItem } from '@operations-center/contract';
import { UsageFailure } from '../failures/failure.ts';
import type { Column } from './list.ts';
import { cellText, readPath } from './path.ts';
import { showInventoryTime } from './time.ts';

/** Names of Go fields that are no plain snake_case of the wire's names. */
const goNames: Readonly<Record<string, string>> = { uuid: 'UUID', parent_name: 'ParentName' };

/** `object.properties.description` as OC's users write it: `{{ .Object.Properties.description }}`. */
export function goTemplateOf({ path, header }: InventoryColumn): string {
  // The keys of a map keep their case; only fields of Go structs are capitalised.
  const parts = path.split('.').map((part, index, all) => (all[index - 1] === 'properties' ? part : goName(part)));
  if (path === 'parent_name') return `{{ .${header.replaceAll(' ', '')} }}`;
  return `{{ .${parts.join('.')} }}`;
}

const goName = (name: string): string =>
  goNames[name] ??
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Columns that a person wrote: plain field paths only; functions and pipes are refused by name. */
export function templateColumns(
  templates: string,
  known: readonly InventoryColumn[],
): readonly Column<InventoryItem>[] {
  return templates.split(',').map((template) => {
    const path = /^\s*\{\{-?\s*((?:\.\w+)+)\s*-?\}\}\s*$/.exec(template)?.[1];
    if (path === undefined) {
      throw new UsageFailure(
        `--columns: "${template.trim()}" cannot be evaluated`,
        'Write fields like {{ .Name }} or {{ .Object.Status }}; functions are not built.',
        'option_invalid',
      );
    }
    const alias = known.find((column) => goTemplateOf(column) === `{{ ${path} }}`);
    return { header: alias?.header ?? path.slice(1), value: (item: InventoryItem) => cell(item, path, alias) };
  });
}

function cell(item: InventoryItem, path: string, alias: InventoryColumn | undefined): string {
  const value = alias === undefined ? readGoPath(item, path.slice(1).split('.')) : readPath(item, alias.path);
  if (value === undefined) return '<no value>';
  if (alias?.path === 'last_updated') return showInventoryTime(cellText(value));
  return cellText(value).slice(0, alias?.cut);
}

/** Finds `ExpandedConfig` as `expanded_config`: case and underscores do not count, an exact key does first. */
function readGoPath(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const flat = (text: string) => text.replaceAll('_', '').toLowerCase();
  const key = Object.hasOwn(value, name) ? name : Object.keys(value).find((one) => flat(one) === flat(name));
  return key === undefined ? undefined : readGoPath(Reflect.get(value, key), rest);
}
