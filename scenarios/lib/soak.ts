import { addCluster } from './story.ts';
import { differences, withoutUsers } from './true-inventory.ts';
import { startWorld, until, type World, writePageFiles } from './world.ts';

export type SoakSize = { hours: number; changes: number; say(text: string): void };
export type SoakEnd = {
  changes: number;
  scans: number;
  troubles: number;
  daemonKills: number;
  objects: number;
  seconds: number;
  /** What differs in the end, and what could not be done on the way. */
  wrong: string[];
};

const content = ['--key', 'p256', '--speed', '1000', '--instances-per-server', '30', '--projects', '2'];
const clusters = [
  { cluster: 'east', server: 'server1' },
  { cluster: 'west', server: 'server4' },
];
const quartersPerHour = 4;

/** One thing that goes wrong for a quarter of an hour, and how it ends. */
type Trouble = {
  what: string;
  begin(world: World, server: string): Promise<void>;
  end(world: World, server: string): Promise<void>;
};

const fault = (name: string, argument?: string, where?: '*'): Trouble => ({
  what: argument === undefined ? name : `${name}:${argument}`,
  begin: ({ fleet }, server) => fleet.setFault(name, where ?? server, argument),
  end: ({ fleet }, server) => fleet.clearFault(name, where ?? server),
});

const troubles: readonly Trouble[] = [
  { what: 'nothing', begin: async () => {}, end: async () => {} },
  fault('events-cut', undefined, '*'),
  fault('events-lost', '10'),
  fault('slow', '300 /1.0/instances'),
  fault('answers-500', '/1.0/images'),
  fault('answers-garbage', '/1.0/instances'),
  fault('answers-lacking', 'name /1.0/profiles'),
  fault('answers-endless-list', '/1.0/profiles'),
  fault('cut-off'),
  {
    what: 'a member is off',
    begin: ({ fleet }, server) => fleet.press(server, 'kill'),
    end: ({ fleet }, server) => fleet.press(server, 'start'),
  },
  {
    what: 'the daemon is killed',
    begin: async ({ daemon }) => {
      await daemon.kill();
      await daemon.restart();
    },
    end: async () => {},
  },
];

/**
 * Two clusters that change all the time for so many simulated hours: a quarter of an hour is a part of the changes, a
 * trouble, and the regular scan. In the end the inventory is compared with what the clusters hold, object by object.
 */
export async function runSoak({ hours, changes, say }: SoakSize): Promise<SoakEnd> {
  const began = performance.now();
  const world = await startWorld({ servers: 6, simulator: content });
  const end: SoakEnd = { changes: 0, scans: 0, troubles: 0, daemonKills: 0, objects: 0, seconds: 0, wrong: [] };
  try {
    await makeClusters(world);
    const quarters = hours * quartersPerHour;
    for (let quarter = 0; quarter < quarters; quarter += 1) {
      const trouble = troubles[quarter % troubles.length] ?? troubles[0];
      if (trouble === undefined) break;
      // Each trouble comes to each server in the course of a day.
      const server = `server${1 + ((quarter + Math.floor(quarter / troubles.length)) % 6)}`;
      await trouble.begin(world, server);
      // How many there were in all.
      end.changes = await world.fleet.change(Math.ceil(changes / quarters));
      if (quarter % quartersPerHour === 0) end.scans += await scan(world, end.wrong, false);
      await trouble.end(world, server);
      if (trouble.what !== 'nothing') end.troubles += 1;
      if (trouble.what === 'the daemon is killed') end.daemonKills += 1;
      if (quarter % 8 === 7)
        say(`hour ${(quarter + 1) / quartersPerHour}: ${end.changes} changes, ${trouble.what}@${server}`);
    }
    await compareAll(world, end);
  } finally {
    await world.stop();
  }
  end.seconds = (performance.now() - began) / 1_000;
  return end;
}

async function makeClusters({ daemon, fleet, directory }: World): Promise<void> {
  const files = await writePageFiles(directory);
  for (const [index, { cluster }] of clusters.entries()) {
    const servers = fleet.servers.slice(index * 3, index * 3 + 3);
    const made = await addCluster({ daemon, servers, files }, cluster);
    if (made.exit !== 0) throw new Error(`${cluster}: ${made.stderr}`);
  }
}

/** The regular scan of both; while something is wrong it may fail, and says so. */
async function scan({ daemon }: World, wrong: string[], mustWork: boolean): Promise<number> {
  for (const { cluster } of clusters) {
    const ran = await daemon.cli('provisioning', 'cluster', 'resync', cluster);
    if (ran.exit !== 0 && mustWork) wrong.push(`${cluster} cannot be scanned: ${ran.stderr}`);
  }
  return clusters.length;
}

async function compareAll(world: World, end: SoakEnd): Promise<void> {
  for (const place of clusters) {
    const look = async (): Promise<boolean> => (await differences(world, place, withoutUsers)).length === 0;
    await until(`the inventory of ${place.cluster} to be the truth`, look, 60_000).catch(() => undefined);
  }
  end.scans += await scan(world, end.wrong, true);
  for (const place of clusters) {
    const found = await differences(world, place, (object) => object);
    end.wrong.push(...found.map((text) => `${place.cluster}: ${text.slice(0, 300)}`));
    end.objects += (await world.fleet.truth(place.server)).length;
  }
}
