/** The program of a thread that works on the inventory's database: bundled into a file of its own (tools/bundle.ts). */
import { parentPort, workerData } from 'node:worker_threads';
import { openInventory } from './inventory-place.store.ts';
import type { ThreadAnswer, ThreadCall, ThreadData } from './inventory-thread.store.ts';
import { makeInventoryWork } from './inventory-work.store.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread: it is started by the daemon');

// The daemon has migrated the database before it starts a thread.
const { place, keys } = workerData as ThreadData;
const database = await openInventory(place, keys);
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
  port?.postMessage(message, message.ok ? handedOver(message.value) : []);
}

/** Bytes that are the whole of their memory; small buffers share a piece of it, which must stay here. */
function handedOver(value: unknown): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return [];
  const { bytes } = value;
  if (!(bytes instanceof Uint8Array) || !(bytes.buffer instanceof ArrayBuffer)) return [];
  return bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [];
}
