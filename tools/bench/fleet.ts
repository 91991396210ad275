import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatedFleet, startFleet } from '../../scenarios/lib/simulated-fleet.ts';
import { makeToken, type ServerFacts, until } from '../../scenarios/lib/world.ts';
import type { MeasuredDaemon } from './world.ts';

let started = 0;

/** Servers that register themselves with the daemon; their keys are kept between runs, because making them takes long. */
export async function startBenchFleet(
  { daemon, directory, parts }: MeasuredDaemon,
  servers: number,
  options: { network: string; arguments?: readonly string[] },
): Promise<SimulatedFleet> {
  process.env['XDG_CACHE_HOME'] ??= join(tmpdir(), 'operations-center-bench');
  const token = await makeToken(daemon, servers);
  const own = join(directory, `fleet${(started += 1)}`);
  mkdirSync(own);
  const fleet = await startFleet({
    directory: own,
    servers,
    network: options.network,
    arguments: [
      ...['--operations-center', daemon.url, '--certificate', daemon.certificate, '--token', token, '--key', 'p256'],
      ...(options.arguments ?? []),
    ],
  });
  parts.push(fleet);
  return fleet;
}

/** Waits until so many servers are ready; asks for names only, because whole lists would be part of what is measured. */
export function awaitReadyCount({ daemon }: MeasuredDaemon, count: number, limitMs: number): Promise<void> {
  let askAt = 0;
  return until(
    `${count} servers to be ready`,
    async () => {
      if (performance.now() < askAt) return false;
      askAt = performance.now() + 100;
      const list = await daemon.client('servers_list', { query: { status: 'ready' } });
      return list.kind === 'ok' && (list.metadata as unknown[]).length >= count;
    },
    limitMs,
  );
}

export type SeenServer = ServerFacts & { last_seen: string; last_updated: string };
