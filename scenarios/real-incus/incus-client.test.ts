import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IncusClient, makeIncusClient } from '../lib/incus-client.ts';
import { changes, explained, looks } from '../lib/incus-commands.ts';
import { dirPool, startLab } from '../lib/lab.ts';
import { addCluster, type Stage } from '../lib/story.ts';
import { startWorld, writePageFiles } from '../lib/world.ts';

/** Debian's own client tells whether the simulator is Incus: the same commands to a cluster of each world. */
type Side = { client: IncusClient; daemon: string; servers: Stage['servers'] };

let simulated: Side | undefined;
let real: Side | undefined;
const standing: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  const [world, lab] = await bothOf(startWorld({ servers: 3 }), startLab({ members: 3 }));
  simulated = await open({ daemon: world.daemon, servers: world.fleet.servers }, world.directory);
  real = await open(lab, lab.directory);
});
afterAll(async () => {
  await Promise.all(standing.map((one) => one.stop()));
});

/** Both are waited for and will be stopped, even if one of them fails. */
async function bothOf<A extends { stop(): Promise<void> }, B extends { stop(): Promise<void> }>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  const settled = await Promise.allSettled([first, second]);
  for (const one of settled) if (one.status === 'fulfilled') standing.push(one.value);
  return [await first, await second];
}

async function open({ daemon, servers }: Omit<Stage, 'files'>, directory: string): Promise<Side> {
  const files = await writePageFiles(directory, dirPool);
  const added = await addCluster({ daemon, servers, files }, 'wonderful');
  if (added.exit !== 0) throw new Error(`no cluster was made: ${added.stderr}`);
  const client = await makeIncusClient(daemon, servers[0]?.url ?? '', directory);
  return { client, daemon: new URL(daemon.url).host, servers };
}

/** One command in one world, as text: exit code, and what was printed, without what is chance. */
async function answerOf(side: Side | undefined, command: string): Promise<string> {
  if (side === undefined) throw new Error('the clusters were not made');
  const { exit, stdout, stderr } = await side.client.run(...command.split(' '));
  const text = withoutChance(`${exit}\n${stdout}${stderr}`, side);
  // Volumes come in any order of members.
  return /volume list/.test(command) ? text.split('\n').sort().join('\n') : text;
}

function withoutChance(text: string, { servers, daemon }: Side): string {
  const named = servers.reduce((rest, { name, url }) => rest.replaceAll(new URL(url).host, `ADDRESS-OF-${name}`), text);
  return (
    named
      .replaceAll(daemon, 'ADDRESS-OF-DAEMON')
      .replaceAll(/\bfd42(:[0-9a-f]{0,4})+\/64/g, 'ULA')
      .replaceAll(/\b10\.\d+\.\d+\.1\/24/g, 'IPV4')
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UUID')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      // Members of a pool or network are listed in any order.
      .replaceAll(/(?: *- server\d\n)+/g, (list) =>
        list
          .split(/(?<=\n)/)
          .sort()
          .join(''),
      )
      // A lab's eth0 is one end of a pair and no NIC, so real Incus does not list it; a simulated server has a NIC.
      .replace(/^eth0,physical,NO,.*\n/m, '')
      // Columns are as wide as their widest word.
      .replaceAll(/ +/g, ' ')
      .replaceAll(/─+/g, '─')
  );
}

describe('the real client looks', () => {
  test.each(looks)('incus %s', async (command) =>
    expect(await answerOf(simulated, command)).toBe(await answerOf(real, command)),
  );
});

describe('the real client changes', () => {
  test.each(changes)('incus %s', async (command) =>
    expect(await answerOf(simulated, command)).toBe(await answerOf(real, command)),
  );
});

describe('the real client sees what the simulator does otherwise', () => {
  test.each(explained)('incus $command: $reason', async ({ command }) =>
    expect(await answerOf(simulated, command)).not.toBe(await answerOf(real, command)),
  );
});
