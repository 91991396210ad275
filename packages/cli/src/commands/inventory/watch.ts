import { setTimeout as sleep } from 'node:timers/promises';
import type { Event, InventoryItem, InventoryKind } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { followEvents } from '../../events.ts';
import { CliFailure } from '../../failures/failure.ts';
import { writeCsv } from '../../output/csv.ts';
import { type Column, type ListFormat, showList } from '../../output/list.ts';
import { printableLine } from '../../output/printable.ts';
import { writeYaml } from '../../output/yaml.ts';
import { requireExtension } from '../../require-extension.ts';

export type WatchWish = {
  kind: InventoryKind;
  /** The list, or with a filter what of it the filter lets pass, too. */
  list: (also?: string) => Promise<readonly InventoryItem[]>;
  columns: readonly Column<InventoryItem>[];
  format: ListFormat;
  width: number | undefined;
};

/** So long changes are gathered: one question for many. */
const gatherMs = 50;
const askedAtOnce = 50;
/** Beyond so many, the whole list is read again. */
const mostSingly = 500;

type Sign = '+' | '~' | '-';
const words = { '+': 'created', '~': 'changed', '-': 'deleted' } as const;

/** Shows the list, then what changes in it, until Ctrl-C. An event says where to look; what is shown was asked for. */
export async function watchList(api: Api, terminal: Terminal, wish: WatchWish): Promise<void> {
  await requireExtension(api, 'inventory_history', 'how to follow its inventory');
  const stopping = new AbortController();
  const release = terminal.onInterrupt(() => stopping.abort());
  const { signal } = stopping;
  try {
    // First the place, then the list: what changes in between is told.
    const { cursor } = await api.ask('events_list', { query: { type: 'inventory', limit: '0' }, signal });
    const rows = new Map((await wish.list()).map((item) => [item.uuid, item]));
    await write(terminal, await beginText(wish, [...rows.values()]));
    for await (const events of gathered(
      followEvents(api, { types: ['inventory'], cursor, signal, onAway: tellAway(terminal) }),
      signal,
    )) {
      const found = await whileAway(() => look(wish, rows, events), signal);
      for (const [sign, item] of found) await write(terminal, changeText(wish, sign, item));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    // Also when a question failed: an open stream would keep the process alive.
    stopping.abort();
    release();
  }
}

const patienceMs = 60_000;
const retryMs = 500;
/** Why a daemon gave no answer that may be there again in a moment: it is started anew. */
const away = /^(socket_missing|socket_dead|connection_failed|shutting_down|e[a-z]+)$/;

/** The stream comes back by itself when the daemon does; so does what is asked because of it. */
async function whileAway<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isAway = error instanceof CliFailure && away.test(error.parts.code);
      if (!isAway || signal.aborted || performance.now() > until) throw error;
      await sleep(retryMs, undefined, { signal });
    }
  }
}

/** What the events were about, as it is now. */
async function look(
  wish: WatchWish,
  rows: Map<string, InventoryItem>,
  events: readonly Event[],
): Promise<[Sign, InventoryItem][]> {
  const uuids = new Set(
    events.filter(({ metadata }) => metadata['kind'] === wish.kind).map(({ metadata }) => String(metadata['uuid'])),
  );
  const isWhole = events.some(({ type }) => type === 'lost') || uuids.size > mostSingly;
  if (!isWhole) return compare(rows, await askFor(wish, [...uuids]), uuids);
  return compare(rows, await wish.list(), new Set(rows.keys()));
}

async function askFor(wish: WatchWish, uuids: readonly string[]): Promise<InventoryItem[]> {
  const found: InventoryItem[] = [];
  for (let at = 0; at < uuids.length; at += askedAtOnce)
    found.push(...(await wish.list(`uuid in ${JSON.stringify(uuids.slice(at, at + askedAtOnce))}`)));
  return found;
}

/** `asked`: those that would be among the items if they were there. */
function compare(
  rows: Map<string, InventoryItem>,
  items: readonly InventoryItem[],
  asked: ReadonlySet<string>,
): [Sign, InventoryItem][] {
  const found: [Sign, InventoryItem][] = [];
  const here = new Set(items.map(({ uuid }) => uuid));
  for (const [uuid, item] of rows) {
    if (!asked.has(uuid) || here.has(uuid)) continue;
    rows.delete(uuid);
    found.push(['-', item]);
  }
  for (const item of items) {
    const before = rows.get(item.uuid);
    if (before?.last_updated === item.last_updated) continue;
    rows.set(item.uuid, item);
    found.push([before === undefined ? '+' : '~', item]);
  }
  return found;
}

/** Events in the groups in which they come. */
async function* gathered(events: AsyncIterable<Event>, signal: AbortSignal): AsyncGenerator<Event[]> {
  let waiting: Event[] = [];
  let failure: unknown;
  let isOver = false;
  let wake = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const event of events) {
      waiting.push(event);
      wake.resolve();
    }
  })()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      isOver = true;
      wake.resolve();
    });
  while (!signal.aborted) {
    await wake.promise;
    if (!isOver) await new Promise((resolve) => setTimeout(resolve, gatherMs));
    const group = waiting;
    [waiting, wake] = [[], isOver ? wake : Promise.withResolvers<void>()];
    if (group.length > 0) yield group;
    else if (isOver) break;
  }
  await reading;
  if (failure !== undefined) throw failure;
}

async function beginText({ columns, format, width }: WatchWish, items: readonly InventoryItem[]): Promise<string> {
  if (format.kind === 'json') return items.map((item) => `${JSON.stringify({ change: 'listed', item })}\n`).join('');
  if (format.kind === 'yaml') return items.map((item) => `---\n${writeYaml({ change: 'listed', item }, 2)}`).join('');
  return showList(items, columns, format, width);
}

function changeText({ columns, format }: WatchWish, sign: Sign, item: InventoryItem): string {
  const change = words[sign];
  if (format.kind === 'json') return `${JSON.stringify({ change, item })}\n`;
  if (format.kind === 'yaml') return `---\n${writeYaml({ change, item }, 2)}`;
  const cells = columns.map((column) => column.value(item));
  const time = new Date().toISOString();
  if (format.kind === 'csv') return writeCsv([[time, change, ...cells]]);
  return `${[time, sign, ...cells.map(printableLine).filter((cell) => cell !== '')].join('  ')}\n`;
}

/** Once for each time that the daemon is away. */
function tellAway({ stderr }: Terminal): (since: number) => void {
  let told: number | undefined;
  return (since) => {
    if (since !== told) stderr.write('no connection to the daemon; trying again for 60 s\n');
    told = since;
  };
}

async function write({ stdout }: Terminal, text: string): Promise<void> {
  if (stdout.write(text)) return;
  await new Promise<void>((resolve) => stdout.once('drain', resolve));
}
