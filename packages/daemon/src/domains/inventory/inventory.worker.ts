/** The program of a thread that works on the inventory's database: bundled into a file of its own (tools/bundle.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { type InventoryPlace, openInventory } from './inventory-place.store.ts';
import type { ThreadAnswer, ThreadCall } from './inventory-thread.store.ts';
import { makeInventoryWork } from './inventory-work.store.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread: it is started by the daemon');

// The daemon has migrated the database before it starts a thread.
const { place } = workerData as { place: InventoryPlace };
const database = await openInventory(place);
const work = makeInventoryWork(database);

port.on('message', (call: ThreadCall | 'close') => {
  if (call === 'close') void database.close().then(() => port.close());
  else void answer(call);
});

async function answer({ id, name, input }: ThreadCall): Promise<void> {
  try {
    // The thread's only caller has the types of both sides.
    const value = await (work[name] as (given: never) => Promise<unknown>)(input as never);
    reply({ id, ok: true, value });
  } catch (error) {
    reply({ id, ok: false, error });
  }
}

function reply(message: ThreadAnswer): void {
  const bytes = message.ok ? (message.value as { bytes?: Uint8Array<ArrayBuffer> } | undefined)?.bytes : undefined;
  // Small buffers share one piece of memory, which must stay here.
  const owned = bytes !== undefined && bytes.byteLength === bytes.buffer.byteLength;
  port?.postMessage(message, owned ? [bytes.buffer] : []);
}
