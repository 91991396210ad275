import { runSoak } from '../../scenarios/lib/soak.ts';
import type { Section } from './section.ts';

const full = { hours: 24, changes: 100_000 };

export const soak: Section = {
  name: 'soak',
  title: 'A day of the inventory',
  about:
    'Two simulated clusters that change all the time: a quarter of an hour is a part of the changes and a trouble (streams cut, events lost, lists late, broken, without end, a member cut off or killed, the daemon killed), an hour a scan. In the end the inventory is compared with what the clusters hold, object by object.',
  async prove({ quick, part, say }) {
    const share = quick ? 0.1 : part;
    const hours = Math.max(3, Math.round(full.hours * share));
    const end = await runSoak({ hours, changes: Math.ceil(full.changes * share), say });
    return {
      lines: [],
      notes: [
        `Simulated hours ${hours}, changes ${end.changes} with at least as many events, scans ${end.scans}, troubles ${end.troubles}, of them the daemon killed ${end.daemonKills}, ${end.seconds.toFixed(0)} s.`,
        `Objects in the end ${end.objects}, different ${end.wrong.length}.`,
      ],
      wrong: end.wrong,
    };
  },
};
