/**
 * `value` other content · `type` null, [] , {}, text, number against each other · `missing`/`extra` a key or an item that
 * only they/we have · `order` the same keys or items in another order · `request` what was sent is not what was recorded.
 */
export type DifferenceKind = 'value' | 'type' | 'missing' | 'extra' | 'order' | 'request';
export type Difference = { exchange: string; at: string; kind: DifferenceKind; ours: unknown; theirs: unknown };
type Found = Omit<Difference, 'exchange'>;

/** What `<UUID1>` and the like stand for in this run: the first value seen holds for every later place. */
export type Bindings = Map<string, string>;

const shapes: Record<string, string> = {
  UUID: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  PEM: '-----BEGIN CERTIFICATE-----\\n[\\w+/=\\n]+-----END CERTIFICATE-----\\n?',
  CERT_: '-----BEGIN CERTIFICATE-----\\n[\\w+/=\\n]+-----END CERTIFICATE-----',
  HASH: '[0-9a-f]{64}',
  FP_: '[0-9a-f]{64}',
  ETAG: '[0-9a-f]{64}',
  TIME: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z',
  AUTO_IPV: '\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+',
  ULA: 'fd[0-9a-f]{2}:[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}',
  NAME_OF_: '[^\\n]+',
};
/** Another one each time it is looked at. */
const fleeting = new Set(['ETAG', 'TIME']);

const placeholder = /<([A-Z][A-Z0-9_]*)>/;
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const familyOf = (name: string): string => Object.keys(shapes).find((family) => name.startsWith(family)) ?? name;

/** Where ours is not theirs. Binds placeholders that were not bound yet. */
export function findDifferences(ours: unknown, theirs: unknown, bindings: Bindings, at = ''): Found[] {
  if (typeof theirs === 'string' && typeof ours === 'string') return textDifference(ours, theirs, bindings, at);
  if (nature(ours) !== nature(theirs)) return [{ at, kind: 'type', ours, theirs }];
  if (Array.isArray(ours) && Array.isArray(theirs)) return listDifferences(ours, theirs, bindings, at);
  if (isObject(ours) && isObject(theirs)) return keyedDifferences(ours, theirs, bindings, at);
  return ours === theirs ? [] : [{ at, kind: 'value', ours, theirs }];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const nature = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : value === undefined ? 'absent' : typeof value;
const under = (at: string, key: string): string => (at === '' ? key : `${at}.${key}`);

function textDifference(ours: string, theirs: string, bindings: Bindings, at: string): Found[] {
  const open: string[] = [];
  const pattern = theirs.split(new RegExp(placeholder, 'g')).map((part, index) => {
    if (index % 2 === 0) return escaped(part);
    const known = fleeting.has(familyOf(part)) ? undefined : bindings.get(part);
    if (known !== undefined) return escaped(known);
    if (open.includes(part)) return `\\${open.indexOf(part) + 1}`;
    open.push(part);
    return `(${shapes[familyOf(part)] ?? escaped(`<${part}>`)})`;
  });
  const match = new RegExp(`^${pattern.join('')}$`).exec(ours);
  if (match === null) return [{ at, kind: 'value', ours, theirs }];
  open.forEach((name, index) => bindings.set(name, match[index + 1] ?? ''));
  return [];
}

function keyedDifferences(
  ours: Record<string, unknown>,
  theirs: Record<string, unknown>,
  bindings: Bindings,
  at: string,
  ordered = true,
): Found[] {
  const found: Found[] = [];
  for (const key of Object.keys(theirs).filter((one) => !(one in ours)))
    found.push({ at: under(at, key), kind: 'missing', ours: undefined, theirs: theirs[key] });
  for (const key of Object.keys(ours).filter((one) => !(one in theirs)))
    found.push({ at: under(at, key), kind: 'extra', ours: ours[key], theirs: undefined });
  const shared = Object.keys(theirs).filter((key) => key in ours);
  const order = Object.keys(ours).filter((key) => key in theirs);
  if (ordered && shared.join() !== order.join()) found.push({ at, kind: 'order', ours: order, theirs: shared });
  return [...found, ...shared.flatMap((key) => findDifferences(ours[key], theirs[key], bindings, under(at, key)))];
}

/** Lists of things with a name of their own are laid beside each other by that name, all others by their places. */
function listDifferences(ours: unknown[], theirs: unknown[], bindings: Bindings, at: string): Found[] {
  for (const identity of [uuidOf, nameOf]) {
    const keyed = (list: unknown[]): Record<string, unknown> | undefined => {
      const entries = list.flatMap((item) =>
        [identity(item, bindings) ?? []].flat().map((key) => [key, item] as const),
      );
      const unique = new Map(entries).size === list.length && entries.length === list.length;
      return unique ? Object.fromEntries(entries) : undefined;
    };
    const [mine, recorded] = [keyed(ours), keyed(theirs)];
    if (mine === undefined || recorded === undefined) continue;
    // What is sorted by a UUID of the run has an order of the run.
    const ordered = !theirs.some((item) => placeholder.test(String(isObject(item) ? item['uuid'] : item)));
    return keyedDifferences(mine, recorded, bindings, at, ordered);
  }
  return byPlace(ours, theirs, bindings, at);
}

function byPlace(ours: unknown[], theirs: unknown[], bindings: Bindings, at: string): Found[] {
  return Array.from({ length: Math.max(ours.length, theirs.length) }, (_none, index): Found[] => {
    const where = under(at, String(index));
    if (index >= ours.length) return [{ at: where, kind: 'missing', ours: undefined, theirs: theirs[index] }];
    if (index >= theirs.length) return [{ at: where, kind: 'extra', ours: ours[index], theirs: undefined }];
    return findDifferences(ours[index], theirs[index], bindings, where);
  }).flat();
}

/** A UUID, or a URL. Placeholders count only once it is known what they stand for. */
function uuidOf(item: unknown, bindings: Bindings): string | undefined {
  const text = isObject(item) ? item['uuid'] : item;
  if (typeof text !== 'string' || (text === item && !text.startsWith('/1.0'))) return undefined;
  return resolve(text, bindings)?.replaceAll('.', '_');
}

/** What Incus names it by, with its project and member. */
function nameOf(item: unknown, bindings: Bindings): string | undefined {
  if (!isObject(item)) return undefined;
  const { name, server_name, project_name, project, location, server, fingerprint } = item;
  const given = [server_name, name ?? fingerprint, project_name ?? project, server ?? location];
  const parts = given.filter((part): part is string => typeof part === 'string' && part !== '');
  return parts.length === 0 ? undefined : resolve(parts.join('@'), bindings)?.replaceAll('.', '_');
}

/** A recorded text with the values of this run in it; undefined while one of them is not known. */
export function resolve(text: string, bindings: Bindings): string | undefined {
  const parts = text.split(new RegExp(placeholder, 'g')).map((part, i) => (i % 2 === 0 ? part : bindings.get(part)));
  return parts.includes(undefined) ? undefined : parts.join('');
}
