import type { ClusterPlan } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { isMutating, readFleetCalls } from '../lib/fleet-calls.ts';
import { startLab } from '../lib/lab.ts';
import { provePlan, stepsOfLast } from '../lib/plan-proof.ts';
import { debug, oneOfEach, trustBefore } from '../lib/record-transcript.ts';
import { writePageFiles } from '../lib/world.ts';

test('real Incus receives just the calls of the plan, in its order', async () => {
  const lab = await startLab({ members: 3, daemon: debug });
  try {
    const { daemon, servers, directory } = lab;
    const files = await writePageFiles(directory, await oneOfEach());
    await trustBefore(daemon, servers[0]?.url ?? '', files.certificate.pem);
    const words = ['provisioning', 'cluster', 'add'];
    const names = servers.map(({ name }) => name).join(',');
    const given = ['-s', names, '-c', files.services, '-a', files.application, '--plan', '-f', 'json'];
    const planned = await daemon.cli(...words, 'wonderful', servers[0]?.url ?? '', ...given);
    expect(planned.exit).toBe(0);
    expect(planned.stderr).toMatch(/^Looking at \d servers? …\n$/);
    const plan = JSON.parse(planned.stdout) as ClusterPlan;
    expect(readFleetCalls(daemon.log).filter(isMutating)).toEqual([]);
    const ran = await daemon.cli(...words, '--run', plan.id);
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    const calls = readFleetCalls(daemon.log).filter(isMutating);
    const proof = provePlan(plan, calls, await stepsOfLast(daemon));
    expect(proof).toMatchObject({ unplanned: [], missing: [], disorder: [] });
    expect(proof.ordered).toBeGreaterThan(500);
  } finally {
    await lab.stop();
  }
});
