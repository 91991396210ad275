import { seededBytes } from '../../random.ts';
import type { VolumeRow } from '../database.ts';
import { stamp } from '../machine.ts';
import type { GrowingParts } from './grow-items.ts';

const DAY_MS = 86_400_000;
/** Rows of equal configuration share it: nothing changes it in place. */
const CONFIGS = [{}, { size: '10GiB' }, { size: '100GiB' }, { size: '1GiB', 'user.purpose': 'scratch' }];

/** One volume of its own for every four instances, one bucket for every fifty. */
export function growVolumes({ data, seed, nowMs, total, projects, pool }: GrowingParts): void {
  const ages = Array.from({ length: 30 }, (_, days) => stamp(nowMs - days * DAY_MS));
  for (let place = 0; place < Math.ceil(total / 4); place += 1) {
    const row: VolumeRow = {
      pool,
      project: projects[place % projects.length] ?? 'default',
      member: memberOf(data, place),
      type: 'custom',
      name: `data-${place + 1}`,
      content_type: place % 8 === 0 ? 'block' : 'filesystem',
      description: '',
      config: CONFIGS[place % CONFIGS.length] ?? {},
      created_at: ages[place % ages.length] ?? stamp(nowMs),
    };
    data.volumes.push(row);
  }
  for (let place = 0; place < Math.ceil(total / 50); place += 1) growBucket(place);

  function growBucket(place: number): void {
    const project = projects[place % projects.length] ?? 'default';
    const name = `bucket-${place + 1}`;
    const member = memberOf(data, place);
    const key = seededBytes(seed, `bucket ${place}`).toString('hex');
    const secret = { role: 'admin', 'access-key': key.slice(0, 20).toUpperCase(), 'secret-key': key.slice(20, 60) };
    (data.items['storage-bucket'] ??= []).push({
      project,
      parent: pool,
      name,
      member,
      fields: { config: {}, description: '' },
    });
    (data.items['storage-bucket-key'] ??= []).push({
      project,
      parent: `${pool}/${name}`,
      name: 'admin',
      member: 0,
      fields: { description: 'Admin user', ...secret },
    });
  }
}

const memberOf = (data: GrowingParts['data'], place: number): number =>
  data.members[place % data.members.length]?.id ?? 1;
