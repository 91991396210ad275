import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { makeCollector } from './collect.rules.ts';
import { concernedBy } from './concerned.rules.ts';
import { followEvents, type LiveState } from './live.ts';
import { readAgain } from './read-again.ts';

const Live = createContext<LiveState>({ state: 'connecting', since: 0 });

/** Whether the events are heard, and since when. */
export const useLive = (): LiveState => useContext(Live);

/** At 200 changes a second a page that reads again at each would do nothing else. */
const everyMs = 250;
/** To count a million objects takes longer than to read a server, and who waits for a server does not wait for that. */
const inventoryEveryMs = 2_000;

/** One connection for all pages: what events are about is read again where it is shown. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [live, setLive] = useState<LiveState>({ state: 'connecting', since: Date.now() });
  const [hasBegun, setBegun] = useState(false);
  useEffect(() => {
    const collector = makeCollector(everyMs, (key) => readAgain(queries, key));
    const inventory = makeCollector(inventoryEveryMs, (key) => readAgain(queries, key));
    const end = followEvents({
      begun: () => setBegun(true),
      event: (event) => {
        const { add } = event.type === 'inventory' ? inventory : collector;
        for (const key of concernedBy(event)) add(key);
      },
      state: setLive,
    });
    return () => {
      collector.end();
      inventory.end();
      end();
    };
  }, [queries]);
  // A question that failed while nobody answered is put again.
  useEffect(() => {
    if (live.state === 'live') void queries.refetchQueries({ predicate: ({ state }) => state.status === 'error' });
  }, [live, queries]);
  return <Live.Provider value={live}>{hasBegun ? children : null}</Live.Provider>;
}
