import type { RequestListener } from 'node:http';
import { Fault } from '@operations-center/contract';
import type { KeyPair } from '../keys/identity.ts';
import { type Listener, listenOnHttps } from './listeners.ts';
import type { StreamDoor } from './streams.ts';

/** The one HTTPS listener, which settings can move while the daemon runs. */
export type HttpsDoor = {
  /** Where it listens, or undefined. */
  address(): string | undefined;
  /** Moves it; with undefined it closes. If the new address cannot be had, the old listener stays. */
  move(to: { host: string; port: number } | undefined): Promise<void>;
  close(graceMs: number): Promise<void>;
};

export function makeHttpsDoor(pair: KeyPair, api: RequestListener, streams?: StreamDoor): HttpsDoor {
  let open: { wanted: string; listener: Listener } | undefined;
  return {
    address: () => open?.listener.address,
    async move(to) {
      const wanted = to === undefined ? undefined : `${to.host} ${to.port}`;
      if (wanted === open?.wanted) return;
      const before = open;
      if (to !== undefined && wanted !== undefined)
        open = { wanted, listener: await listen(to, () => listenOnHttps(to, pair, api, streams)) };
      else open = undefined;
      // Requests in flight, such as the one that asks for this, end by themselves.
      void before?.listener.close(5_000);
    },
    async close(graceMs) {
      await open?.listener.close(graceMs);
      open = undefined;
    },
  };
}

async function listen(to: { host: string; port: number }, open: () => Promise<Listener>): Promise<Listener> {
  try {
    return await open();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error';
    throw new Fault('listener_failed', `Failed to listen on ${to.host}, port ${to.port}: ${code}`, {
      cause,
      details: { ...to, reason: code },
    });
  }
}
