import { AppShell, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followEvents, type LiveState } from './data/live.ts';
import { concernedBy } from './data/concerned.rules.ts';
import { FleetPage } from './pages/fleet/fleet.tsx';

/** The frame of all pages; it hears the events, and says so when it does not. */
export function Shell() {
  const queries = useQueryClient();
  const [live, setLive] = useState<LiveState>({ state: 'connecting', since: Date.now() });
  useEffect(
    () =>
      followEvents({
        event: (event) => {
          for (const queryKey of concernedBy(event)) void queries.invalidateQueries({ queryKey: [...queryKey] });
        },
        state: setLive,
      }),
    [queries],
  );
  return (
    <AppShell padding="md">
      <AppShell.Main data-live={live.state}>
        {live.state === 'lost' ? (
          <Text role="status" size="sm" c="dimmed">
            No connection to Operations Center since {new Date(live.since).toLocaleTimeString()}: what is shown may be old. It is tried again.
          </Text>
        ) : null}
        <FleetPage />
      </AppShell.Main>
    </AppShell>
  );
}
