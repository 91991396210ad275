/** Lets so many works run at once; the others wait their turn, in order. */
export function makeTurns(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The turn is handed on, so that nobody comes between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** The same, but a work that takes longer than `patienceMs` makes room for the next one, and goes on beside it. */
export function makePatientTurns(atOnce: number, patienceMs: number): <T>(work: () => Promise<T>) => Promise<T> {
  const inTurn = makeTurns(atOnce);
  return <T>(work: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      void inTurn(async () => {
        const patience = Promise.withResolvers<void>();
        const timer = setTimeout(patience.resolve, patienceMs);
        timer.unref();
        const ended = work()
          .then(resolve, reject)
          .finally(() => clearTimeout(timer));
        await Promise.race([ended, patience.promise]);
      });
    });
}
