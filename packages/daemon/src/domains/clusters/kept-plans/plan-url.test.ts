import { expect, test } from 'vitest';
import { startWorld } from '../testing/world.ts';

const path = '/1.0/provisioning/clusters';

test.each(['', 'not-a-url', 'host.name:8443'])(
  'a plan wants an URL that can be opened, not %j; OC’s way takes it',
  async (url) => {
    await using world = await startWorld(1);
    const one = { name: 'wonderful', connection_url: url, server_names: ['server1'], server_type: 'incus' };
    expect(await world.ask('POST', `${path}/:plan`, one)).toMatchObject({
      status: 400,
      body: { code: 'cluster_invalid', error: expect.stringContaining('expected https://ADDRESS:8443') as string },
    });
    const checked = await world.ask('POST', `${path}/:preflight`, one);
    expect(checked.status).toBe(url === '' ? 200 : 400);
    expect(await world.ask('POST', path, one)).toMatchObject({ status: 201 });
  },
);
