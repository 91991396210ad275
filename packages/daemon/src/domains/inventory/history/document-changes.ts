import type { InventoryFieldChange, InventoryKind } from '@operations-center/contract';
import { REDACTED } from '@operations-center/fleet-protocol';
import { canonicalJson } from '../rows/document-digest.ts';
import { pathOf } from '../secrets/masked-document.ts';
import type { MaskedObject } from '../secrets/sealed-object.ts';
import type { Vault } from '../secrets/vault.ts';
import { lastingPart } from './lasting.ts';

export type DocumentChanges = { fields: InventoryFieldChange[]; more: number };

const mostFields = 50;
const longestValue = 1_000;

type Fields = Record<string, unknown>;

/** What is different in an object; lists are one value. What is only measured does not count; secrets are not shown. */
export function documentChanges(
  vault: Vault,
  kind: InventoryKind,
  before: MaskedObject,
  after: MaskedObject,
): DocumentChanges {
  const all = [
    ...differences('', readObject(kind, before.object), readObject(kind, after.object)),
    ...changedSecrets(vault, kind, before, after),
  ];
  return { fields: all.slice(0, mostFields), more: Math.max(0, all.length - mostFields) };
}

// Only objects are stored (apply-list.store.ts).
const readObject = (kind: InventoryKind, text: string): Fields => lastingPart(kind, JSON.parse(text) as Fields);

/** Those that are there before and after, as another one; where one came or went, its mask tells. */
function* changedSecrets(
  vault: Vault,
  kind: InventoryKind,
  before: MaskedObject,
  after: MaskedObject,
): Generator<InventoryFieldChange> {
  const secretsOf = ({ uuid, secrets }: MaskedObject) =>
    (vault.open({ kind, uuid }, secrets) ?? []).map(({ path, raw }) => [path, raw] as const);
  const was = new Map(secretsOf(before));
  for (const [path, raw] of secretsOf(after)) {
    const from = was.get(path);
    if (from !== undefined && from !== raw) yield { path, from: REDACTED, to: REDACTED };
  }
}

function* differences(path: string, before: Fields, after: Fields): Generator<InventoryFieldChange> {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [from, to] = [before[key], after[key]];
    const at = pathOf(path, key);
    if (isFields(from) && isFields(to)) yield* differences(at, from, to);
    else if (textOf(from) !== textOf(to))
      yield {
        path: at,
        ...(from === undefined ? {} : { from: shortened(from) }),
        ...(to === undefined ? {} : { to: shortened(to) }),
      } as InventoryFieldChange; // left out and undefined are the same in JSON
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : canonicalJson(value));

function shortened(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= longestValue) return value;
  return `${text.slice(0, longestValue)}… (${text.length} characters)`;
}
