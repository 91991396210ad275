import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Measured } from './costs.ts';
import { us } from './row.ts';

type Profile = {
  startTime: number;
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
};

/** Makes a daemon write a CPU profile of its whole life into `directory` when it ends. */
export const profilerOptions = (directory: string): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory} --cpu-prof-interval=500`,
});

/** The frames that cost most by themselves in the time of `measured`, per request, as `120 µs  name (file:line)`. */
export function largestFrames(directory: string, measured: Measured, howMany = 3): string[] {
  for (const file of readdirSync(directory)) {
    const profile = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Profile;
    const selves = selfTimes(profile, measured);
    if (selves.size === 0) continue;
    return [...selves]
      .sort(([, a], [, b]) => b - a)
      .slice(0, howMany)
      .map(([frame, time]) => `${us(time / measured.count).padStart(9)}  ${frame}`);
  }
  return [];
}

function selfTimes(profile: Profile, { from, to }: Measured): Map<string, number> {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const selves = new Map<string, number>();
  // Threads have profiles of their own; the main one is busy in the window that was measured.
  let at = profile.startTime;
  for (const [index, node] of profile.samples.entries()) {
    const spent = profile.timeDeltas[index] ?? 0;
    at += spent;
    const name = names.get(node) ?? '';
    if (at < from || at > to || name === '(idle)' || name === '(root)') continue;
    selves.set(name, (selves.get(name) ?? 0) + spent);
  }
  return selves;
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? 'anonymous' : functionName;
  return url === '' ? name : `${name} (${basename(url)}:${lineNumber + 1})`;
}
