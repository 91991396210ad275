import { seededRandom } from '../../random.ts';
import type { Churn, ChurnState } from '../content.ts';
import type { Machine, World } from '../machine.ts';
import { isHeard } from '../machine.ts';
import { ownCall } from '../own-call.ts';
import type { Cluster, Deed } from './deed.ts';
import { DEEDS } from './deeds.ts';

/** A tick that is shorter than this does several changes. */
const TICK_MS = 20;
const LATE_MS = 30_000;
/** What was missed (the machine was busy) is not made up for beyond this. */
const MOST_AT_ONCE = 1_000;

/** Life in the clusters: seeded requests to their own API, as if their users had sent them. */
export function makeChurn(world: World): Churn {
  const state: ChurnState = { rate: 0, paused: false, changes: 0, refused: 0, last_refusal: '' };
  // Of its own: what others draw must not change the story.
  const random = seededRandom(`${world.content?.seed ?? ''} churn`);
  const underWay = new Set<Promise<void>>();
  const total = DEEDS.reduce((sum, { weight }) => sum + weight, 0);
  let lives = 0;
  let made = 0;

  const choose = (): Deed | undefined => {
    let place = random() * total;
    return DEEDS.find(({ weight }) => (place -= weight) < 0);
  };

  async function change(): Promise<void> {
    const cluster = someCluster(world, random);
    if (cluster === undefined) return;
    made += 1;
    const number = made;
    // What a deed needs may not be there: then another one.
    for (let tries = 0; tries < 20; tries += 1) {
      const wish = choose()?.wish(cluster, number);
      if (wish === undefined) continue;
      const [method, url, body] = wish;
      const { status, error, metadata } = await ownCall(cluster.machine, method, url, body);
      const problem = status === 202 ? await ended(cluster.machine, metadata) : error;
      if (problem === '') state.changes += 1;
      else refuse(`${method} ${url}: ${problem}`);
      return;
    }
  }

  function refuse(why: string): void {
    state.refused += 1;
    state.last_refusal = why;
  }

  function begin(): void {
    const one = change()
      .catch((error: unknown) => refuse(String(error)))
      .finally(() => underWay.delete(one));
    underWay.add(one);
  }

  /** Begins anew with each setting: what an earlier life had planned is dropped. */
  function live(): void {
    const life = ++lives;
    let owed = 0;
    let last = world.clock.nowMs();
    const tick = (): void => {
      if (life !== lives) return;
      const now = world.clock.nowMs();
      // A clock that is moved by hand may also go back.
      owed = Math.min(owed + (Math.max(0, now - last) / 1000) * state.rate, MOST_AT_ONCE);
      last = now;
      for (; owed >= 1; owed -= 1) begin();
      world.afterMs(Math.max(TICK_MS, 1000 / state.rate), tick);
    };
    if (state.rate > 0 && !state.paused) world.afterMs(Math.max(TICK_MS, 1000 / state.rate), tick);
  }

  return {
    state: () => ({ ...state }),
    async set({ rate, paused }) {
      state.rate = rate ?? state.rate;
      state.paused = paused ?? state.paused;
      live();
      await Promise.all(underWay);
    },
    async step(changes) {
      for (let count = 0; count < changes; count += 1) await change();
    },
  };
}

function someCluster(world: World, random: () => number): Cluster | undefined {
  const stores = [...new Set(world.machines.map(({ store }) => store))].filter(({ data }) => data.growth !== undefined);
  const store = stores[Math.floor(random() * stores.length)];
  if (store === undefined) return undefined;
  const machines = [...store.seats.values()].filter(isHeard);
  const machine = machines[Math.floor(random() * machines.length)];
  return machine === undefined ? undefined : { machine, data: store.data, random };
}

/** What became of an operation: nothing to say if it went well. A member that stops forgets its operations. */
async function ended({ store, world }: Machine, metadata: unknown): Promise<string> {
  const { id } = metadata as { id: string }; // of our own operation
  const operation = [...store.seats.values()]
    .map(({ operations }) => operations.get(id))
    .find((one) => one !== undefined);
  if (operation === undefined) return '';
  const late = new Promise<string>((resolve) => world.afterMs(LATE_MS, () => resolve('its member went away')));
  return Promise.race([operation.finished.then(() => operation.err), late]);
}
