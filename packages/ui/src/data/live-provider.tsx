import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { makeCollector } from './collect.rules.ts';
import { concernedBy } from './concerned.rules.ts';
import { followEvents, type LiveState } from './live.ts';

const Live = createContext<LiveState>({ state: 'connecting', since: 0 });

/** Whether the events are heard, and since when. */
export const useLive = (): LiveState => useContext(Live);

/** At 200 changes a second a page that reads again at each would do nothing else. */
const everyMs = 250;

/** One connection for all pages: what events are about is read again where it is shown. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [live, setLive] = useState<LiveState>({ state: 'connecting', since: Date.now() });
  const [hasBegun, setBegun] = useState(false);
  useEffect(() => {
    const collector = makeCollector(everyMs, (queryKey) => queries.invalidateQueries({ queryKey: [...queryKey] }));
    const end = followEvents({
      begun: () => setBegun(true),
      event: (event) => {
        for (const queryKey of concernedBy(event)) collector.add(queryKey);
      },
      state: setLive,
    });
    return () => {
      collector.end();
      end();
    };
  }, [queries]);
  // A question that failed while nobody answered is put again.
  useEffect(() => {
    if (live.state === 'live') void queries.refetchQueries({ predicate: ({ state }) => state.status === 'error' });
  }, [live, queries]);
  return <Live.Provider value={live}>{hasBegun ? children : null}</Live.Provider>;
}
