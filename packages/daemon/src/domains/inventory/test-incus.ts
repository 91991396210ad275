import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { factsOf, type InventoryItem, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import { pathWithQuery } from '@operations-center/fleet-protocol';
import type { MadeCertificate } from '@operations-center/tls';
import type { TestEvents } from '../../fleet/test-events.ts';
import { answerJson, startTestServer, type TestServer } from '../../fleet/test-server.ts';
import type { ObjectPlace } from './live/object-place.ts';
import { listQuestion, type Parent, showQuestion } from './scan/scanned-kinds.ts';

/** An exchange with OC 0.8.1, as it was recorded. */
export type Recorded = { id: string; path: string; status: number; response_body: { metadata: unknown } };
const place = new URL('../../../../contract/src/recorded/inventory.json', import.meta.url);
export const recorded: Recorded[] = JSON.parse(readFileSync(place, 'utf8'));

export const recordedList = (kind: InventoryKind): InventoryItem[] =>
  // Lists with recursion hold items; the contract's own test checks their shape.
  (recorded.find(({ id }) => id === `inventory-${factsOf(kind).segment}-1`)?.response_body.metadata ??
    []) as InventoryItem[];

/** What a pretend Incus holds: lists and objects by their path, with its query. */
export type Held = Map<string, unknown>;

export const networks: Parent[] = [
  { name: 'incusbr0', project_name: 'default', type: 'bridge' },
  { name: 'ovn0', project_name: 'default', type: 'ovn' },
];
export const pool: Parent = { name: 'local', project_name: 'default', type: 'zfs' };

/** The URL that the list of a kind has, as it goes over the wire. */
export function listUrl(kind: InventoryKind, parent?: Parent): string {
  const { path, query } = listQuestion(kind, parent);
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${path}?${new URLSearchParams(given).toString()}`;
}

/** OC's list of URLs has the order in which Incus told it the objects. */
function inOrderOfIncus(kind: InventoryKind): InventoryItem[] {
  const list = recorded.find(({ id }) => id === `inventory-${factsOf(kind).segment}`)?.response_body.metadata;
  const urls = list as string[]; // without recursion, each list holds URLs
  const placeOf = (item: InventoryItem): number => urls.findIndex((url) => url.endsWith(item.uuid));
  return recordedList(kind).toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The Incus behind the recordings: cluster01 with its three servers. */
export function recordedIncus(): Held {
  const held: Held = new Map();
  for (const kind of inventoryKindNames) {
    const items = inOrderOfIncus(kind);
    const { parent } = factsOf(kind);
    if (parent === 'none')
      held.set(
        listUrl(kind),
        items.map((item) => item.object),
      );
    for (const above of parent === 'network' ? networks : parent === 'storage_pool' ? [pool] : [])
      held.set(
        listUrl(kind, above),
        items.filter((item) => item.parent_name === above.name).map((item) => item.object),
      );
  }
  return held;
}

/** A pretend Incus over real TLS; `odd` answers a URL in a way of its own. */
export const startTestIncus = (
  certificate: MadeCertificate,
  held: Held,
  odd: Map<string, (response: ServerResponse) => void> = new Map(),
  events?: Pick<TestEvents, 'upgrade'>,
): Promise<TestServer> => {
  const answer = ({ url }: { url: string }, response: ServerResponse): void => {
    const oddly = odd.get(url);
    if (oddly !== undefined) return oddly(response);
    const objects = held.get(url);
    if (objects === undefined)
      return answerJson(response, 404, { type: 'error', error: 'not found', error_code: 404, metadata: null });
    return answerJson(response, 200, {
      type: 'sync',
      status: 'Success',
      status_code: 200,
      operation: '',
      error_code: 0,
      error: '',
      metadata: objects,
    });
  };
  return startTestServer(certificate, answer, {}, events?.upgrade);
};

/** The URL of one object, as it goes over the wire. */
export function showUrl(kind: InventoryKind, of: Partial<ObjectPlace>): string {
  const place = { project_name: 'default', parent_name: '', server: '', type: '', name: '', ...of };
  return pathWithQuery(showQuestion(kind, place));
}

/** As a real Incus shows its trust store. */
export const trusted = ['aa01', 'bb02'].map((fingerprint, at) => ({
  ...{ name: `admin${at}`, type: at === 0 ? 'client' : 'server', restricted: false, projects: [], certificate: 'PEM' },
  ...{ description: '', fingerprint },
}));
