import type { Fields } from '../types.ts';

const port: Fields = { protocol: 'string', listen_port: 'string', weight: 'integer', snat: 'boolean' };

/** The fields that the expressions of `oc-answers.json` were asked about: each type that OC's own records have. */
export const fields: Fields = {
  cluster: 'string',
  server: 'string',
  project: 'string',
  name: 'string',
  free: { map: 'any' },
  object: {
    fields: {
      name: 'string',
      status: 'string',
      status_code: 'integer',
      size: 'integer',
      ratio: 'number',
      ephemeral: 'boolean',
      profiles: { list: 'string' },
      numbers: { list: 'integer' },
      config: { map: 'string' },
      devices: { map: { map: 'string' } },
      ports: { list: { fields: port } },
      created_at: 'time',
      used_by: { list: 'string' },
    },
  },
};

/** The record that they were asked about. */
export const record = {
  cluster: 'cluster01',
  server: 'server02',
  project: 'default',
  name: 'wéb-1',
  object: {
    name: 'wéb-1',
    status: 'Running',
    status_code: 103,
    size: 4_294_967_296,
    ratio: 0.25,
    ephemeral: true,
    profiles: ['default', 'Zfast', 'éclair'],
    numbers: [3, 1, 2],
    config: { 'image.os': 'Alpine', 'limits.cpu': '4', empty: '' },
    devices: { root: { type: 'disk', pool: 'local' }, eth0: { type: 'nic' } },
    ports: [
      { protocol: 'tcp', listen_port: '80,443', weight: 2, snat: true },
      { protocol: 'udp', listen_port: '53', weight: 1, snat: false },
    ],
    created_at: '2026-09-01T10:30:00.5Z',
    used_by: null,
  },
  free: { a: 1, b: 1.5, s: 'text', t: true, n: null, list: [1, 'x', null, [2]], map: { k: 'v' } },
};
