import {
  healthyRequest,
  misjudged,
  type PreflightCase,
  requestCases,
  serverCases,
} from '../../scenarios/lib/preflight-cases.ts';
import { startWorld, type World } from '../../scenarios/lib/world.ts';
import { proveHealthyFleets } from './healthy-fleets.ts';
import { type Section, seed } from './section.ts';

export const preflight: Section = {
  name: 'preflight',
  title: 'The preflight tells the truth',
  about:
    'Random healthy fleets, and no check that finds fault with one; seeded faults, each caught by the check that is meant for it and by no other that blocks.',
  async prove(size) {
    const fleets = size.quick ? 100 : 1_000;
    size.say(`${fleets} healthy fleets`);
    const healthy = await proveHealthyFleets({ fleets, seed });
    const all = [...serverCases, ...(await requestCases())];
    const cases = size.quick ? all.slice(0, 10) : all;
    const wrong: string[] = [];
    const world = await startWorld({ servers: 10 });
    try {
      for (const one of cases) {
        size.say(one.what);
        wrong.push(...(await tryCase(world, one)).map((text) => `${one.what}: ${text}`));
      }
    } finally {
      await world.stop();
    }
    const caught = cases.length - new Set(wrong.map((text) => text.split(':')[0])).size;
    return {
      lines: [],
      notes: [
        `Healthy fleets ${healthy.fleets}, servers ${healthy.servers}, findings ${healthy.findings}, false alarms ${healthy.false_alarms.length}.`,
        `Faults ${cases.length}, caught by the check meant for them ${caught}.`,
      ],
      wrong: [...healthy.false_alarms, ...wrong],
    };
  },
};

async function tryCase({ fleet, daemon }: World, one: PreflightCase): Promise<string[]> {
  const faults = one.faults.map((fault) => {
    const [, name = '', server = '', argument] = /^([^@]+)@([^:]+)(?::(.*))?$/.exec(fault) ?? [];
    return { name, server, argument };
  });
  for (const { name, server, argument } of faults) await fleet.setFault(name, server, argument);
  const asked = await daemon.client('clusters_preflight', { body: { ...healthyRequest, ...one.request } });
  for (const { name, server } of faults) await fleet.clearFault(name, server);
  return asked.kind === 'ok' ? misjudged(one, asked.metadata) : [`it was refused: ${JSON.stringify(asked)}`];
}
