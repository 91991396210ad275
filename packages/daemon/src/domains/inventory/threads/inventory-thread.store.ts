import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { VaultKeys } from '../secrets/vault.ts';
import type { InventoryPlace } from './inventory-place.store.ts';
import type { InventoryWork } from './inventory-work.store.ts';

/** What a thread is given. */
export type ThreadData = { place: InventoryPlace; keys: VaultKeys };
export type ThreadCall = { id: number; name: keyof InventoryWork; input: unknown };
export type ThreadAnswer = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: unknown };

type Waiting = { resolve(value: unknown): void; reject(error: unknown): void; answered: Promise<unknown> };

/** The same work as beside the caller, done by a thread that starts with the first call and ends when nothing is asked. */
export type InventoryThread = InventoryWork & {
  /** Lets what runs end, then ends the thread. */
  close(): Promise<void>;
};

/** A thread costs about 10 MB while it lives. */
const idleMs = 15_000;
/** What runs at the end of the daemon gets so long. */
const closeMs = 2_000;

/** `place` of the migrated database. */
export function makeInventoryThread(data: ThreadData, program: URL = programOf(import.meta.url)): InventoryThread {
  let worker: Worker | undefined;
  let nextId = 1;
  let closed = false;
  let idle: NodeJS.Timeout | undefined;
  const waiting = new Map<number, Waiting>();

  function start(): Worker {
    const started = new Worker(program, { workerData: data });
    started.on('message', (answer: ThreadAnswer) => settle(answer));
    started.on('error', (error) => fail(started, error));
    started.on('exit', () => fail(started, new Error('the inventory thread ended')));
    // The daemon's doors keep the process alive, not this.
    started.unref();
    worker = started;
    return started;
  }

  function settle(answer: ThreadAnswer): void {
    const caller = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) caller?.resolve(answer.value);
    else caller?.reject(answer.error);
    if (waiting.size > 0) return;
    worker?.unref();
    idle = setTimeout(() => void end(), idleMs);
    idle.unref();
  }

  function fail(ended: Worker, error: unknown): void {
    if (worker !== ended) return;
    worker = undefined;
    for (const caller of waiting.values()) caller.reject(error);
    waiting.clear();
  }

  function call(name: keyof InventoryWork, input: object): Promise<never> {
    if (closed) return Promise.reject(new Error('the inventory is closed'));
    clearTimeout(idle);
    const thread = worker ?? start();
    thread.ref();
    const id = nextId;
    nextId += 1;
    // What a call gives back is said by the type of the work.
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    waiting.set(id, { resolve: (value) => resolve(value as never), reject, answered: promise });
    thread.postMessage({ id, name, input } satisfies ThreadCall, transferable(input));
    return promise;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = worker;
    if (ending === undefined) return;
    worker = undefined;
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.ref();
    ending.postMessage('close', []);
    await gone;
  }

  return {
    applyList: (input) => call('applyList', input),
    applyObject: (input) => call('applyObject', input),
    removeObject: (input) => call('removeObject', input),
    removeOrphans: (input) => call('removeOrphans', input),
    removeCluster: (input) => call('removeCluster', input),
    renameCluster: (input) => call('renameCluster', input),
    reseal: (input) => call('reseal', input),
    readPage: (input) => call('readPage', input),
    readFiltered: (input) => call('readFiltered', input),
    countFiltered: (input) => call('countFiltered', input),
    countLookedAt: (input) => call('countLookedAt', input),
    findResources: (input) => call('findResources', input),
    readResources: (input) => call('readResources', input),
    searchObjects: (input) => call('searchObjects', input),
    countFacets: (input) => call('countFacets', input),
    readHistory: (input) => call('readHistory', input),
    readDiff: (input) => call('readDiff', input),
    countDiff: (input) => call('countDiff', input),
    countVersions: (input) => call('countVersions', input),
    pruneHistory: (input) => call('pruneHistory', input),
    async close() {
      closed = true;
      // Derived data in transactions: a thread that is deep in a long list may be cut off.
      const patience = setTimeout(() => void worker?.terminate(), closeMs);
      await Promise.allSettled([...waiting.values()].map(({ answered }) => answered));
      clearTimeout(patience);
      await end();
    },
  };
}

/** A big reply is handed over, not copied; one that shares its memory with others must be copied. */
function transferable(input: object): ArrayBuffer[] {
  if (!('bytes' in input) || !(input.bytes instanceof Uint8Array)) return [];
  const { bytes } = input;
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength ? [buffer] : [];
}

/** The thread's program, beside the source or beside the bundle that asks for it. */
export function programOf(here: string): URL {
  const source = new URL('./inventory.worker.ts', here);
  return here.endsWith('.ts') && existsSync(source) ? source : new URL('./operations-centerd.inventory.mjs', here);
}
