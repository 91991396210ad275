/** What touches the inventory of one cluster happens one after the other; different clusters do not wait for each other. */
export type ClusterTurns = {
  /**
   * Runs a scan; callers that come while one waits get the same one. `ended` aborts when the cluster goes away or all
   * ends; a caller's `signal` ends only that caller's waiting.
   */
  scan<T>(cluster: string, signal: AbortSignal, work: (ended: AbortSignal) => Promise<T>): Promise<T>;
  inTurn<T>(cluster: string, work: (ended: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends what runs and waits under this name, then does `work`. */
  end(cluster: string, work: () => Promise<void>): Promise<void>;
  /** Ends everything and waits for it. */
  close(): Promise<void>;
};

type Turn = { last: Promise<unknown>; life: AbortController; waitingScan: Promise<unknown> | undefined; users: number };

export function makeClusterTurns(): ClusterTurns {
  const turns = new Map<string, Turn>();

  async function inTurn<T>(cluster: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    const turn = turns.get(cluster) ?? newTurn();
    turns.set(cluster, turn);
    turn.users += 1;
    const { life } = turn;
    const mine = turn.last.then(() => {
      life.signal.throwIfAborted();
      return work(turn);
    });
    turn.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      turn.users -= 1;
      if (turn.users === 0) turns.delete(cluster);
    }
  }

  return {
    inTurn: (cluster, work) => inTurn(cluster, ({ life }) => work(life.signal)),
    async scan<T>(cluster: string, signal: AbortSignal, work: (ended: AbortSignal) => Promise<T>): Promise<T> {
      signal.throwIfAborted();
      const waiting = turns.get(cluster)?.waitingScan;
      // Every caller of one cluster scans the same thing.
      if (waiting !== undefined) return waitFor(waiting as Promise<T>, signal);
      const mine = inTurn(cluster, (turn) => {
        turn.waitingScan = undefined;
        return work(turn.life.signal);
      });
      const turn = turns.get(cluster);
      if (turn !== undefined) turn.waitingScan = mine;
      return waitFor(mine, signal);
    },
    end(cluster, work) {
      const turn = turns.get(cluster);
      if (turn !== undefined) {
        turn.life.abort(new Error(`cluster "${cluster}" is not in the inventory any more`));
        turn.life = new AbortController();
        turn.waitingScan = undefined;
      }
      return inTurn(cluster, () => work());
    },
    async close() {
      const running = [...turns.values()];
      for (const turn of running) turn.life.abort(new Error('the daemon is stopping'));
      await Promise.all(running.map((turn) => turn.last));
    },
  };
}

const newTurn = (): Turn => ({
  last: Promise.resolve(),
  life: new AbortController(),
  waitingScan: undefined,
  users: 0,
});

/** As `shared` ends, unless `signal` aborts first: then its reason is thrown, and `shared` goes on. */
async function waitFor<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  const given = Promise.withResolvers<never>();
  const giveUp = (): void => given.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([shared, given.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
