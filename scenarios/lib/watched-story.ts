import type { InventoryItem, InventoryKind } from '@operations-center/contract';
import type { Daemon } from './daemon.ts';
import { type Change, type LiveStage } from './live-story.ts';

type Line = { change: 'listed' | 'created' | 'changed' | 'deleted'; item: InventoryItem };

/** `inventory KIND list --watch` as a person starts it; what its lines together say is there. */
function startWatch(daemon: Daemon, kind: InventoryKind) {
  const running = daemon.startCli(
    ...['inventory', kind.replaceAll('_', '-'), 'list', '--watch', '--cluster', 'wonderful', '-f', 'json'],
  );
  const items = new Map<string, InventoryItem>();
  const waiting = new Set<() => void>();
  let rest = '';
  running.process.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const { change, item } = JSON.parse(part) as Line;
      if (change === 'deleted') items.delete(item.uuid);
      else items.set(item.uuid, item);
    }
    for (const look of [...waiting]) look();
  });
  return {
    /** Resolves when its lines say so. */
    shows: (is: (items: readonly InventoryItem[]) => boolean, what: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(look);
          reject(
            new Error(
              `${what}: --watch did not show it for 20 s; it shows ${[...items.values()].map(({ name }) => name).join(', ')}`,
            ),
          );
        }, 20_000);
        const look = (): void => {
          if (!is([...items.values()])) return;
          clearTimeout(late);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    stop: () => running.stop('SIGINT'),
  };
}

/** Every change is shown by somebody's `--watch`; how long each took from Incus' answer, in milliseconds. */
export async function tellWatchedStory(
  stage: LiveStage,
  all: readonly Change[],
): Promise<{ told: { did: string; ms: number }[]; missed: number }> {
  const kinds = [...new Set(all.map(({ shows: [kind] }) => kind))];
  const watches = new Map(kinds.map((kind) => [kind, startWatch(stage.daemon, kind)]));
  const told: { did: string; ms: number }[] = [];
  try {
    for (const [kind, watch] of watches) {
      const known = await stage.list(kind);
      await watch.shows((items) => items.length === known.length, `the ${kind}s that are there`);
    }
    const show = async (url: string, { did, method, path, body, shows: [kind, is] }: Change): Promise<number> => {
      await stage.eyes.change(method, url, path, body ?? {});
      const answered = performance.now();
      await watches.get(kind)?.shows(is, did);
      return Math.round(performance.now() - answered);
    };
    const [{ url } = { url: '' }] = stage.servers;
    for (const change of all) told.push({ did: change.did, ms: await show(url, change) });
    let alive = url;
    const missed = await whileLost(stage, (other) => {
      alive = other;
      return show(other, addsProfile('unheard'));
    });
    // Not at the one that came back: until the others hear it again nobody is told what it does (how-to).
    await show(alive, removesProfile('unheard'));
    return { told, missed };
  } finally {
    await Promise.all([...watches.values()].map((watch) => watch.stop()));
  }
}

const addsProfile = (name: string): Change => ({
  ...{ did: 'add a profile while nobody tells the events', method: 'POST', path: '/1.0/profiles', body: { name } },
  shows: ['profile', (items) => items.some((item) => item.name === name)],
});
const removesProfile = (name: string): Change => ({
  ...{ did: 'delete it', method: 'DELETE', path: `/1.0/profiles/${name}` },
  shows: ['profile', (items) => items.every((item) => item.name !== name)],
});

/** The member that tells the events is dead meanwhile. */
async function whileLost(stage: LiveStage, work: (url: string) => Promise<number>): Promise<number> {
  const { member } = await stage.freshness();
  const other = stage.servers.find(({ name }) => name !== member);
  if (member === '' || other === undefined) throw new Error('nobody tells the events');
  await stage.down(member);
  try {
    return await work(other.url);
  } finally {
    await stage.up(member);
  }
}

/** `p50 120 ms, p99 391 ms, most 391 ms` */
export function showTimes(told: readonly { ms: number }[]): string {
  const sorted = told.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${sorted.at(-1)} ms`;
}
