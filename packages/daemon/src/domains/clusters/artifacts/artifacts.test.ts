import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { startWorld, type World } from '../testing/world.ts';

const path = '/1.0/provisioning/clusters/wonderful/artifacts';
const terraform = `${path}/terraform-configuration`;
const secret = 'correct-horse-battery';
const inputs = {
  services_config: { nvme: { enabled: true, targets: [{ address: '10.0.0.1', password: secret }] } },
  application_seed_config: {
    config: { 'user.ui.title': 'Mine', 'user.password': secret },
    profiles: [{ name: 'small', config: { 'cloud-init.user-data': secret, 'limits.cpu': 1 } }],
  },
};
type Shown = { name: string; files: { name: string; mime_type: string; size: number }[] };

const list = async (world: World): Promise<string[]> => (await world.ask('GET', path)).body.metadata;
const textOf = async (world: World, url: string): Promise<string> => (await world.ask('GET', url)).text;

test('a cluster has its inputs, its plan and its configuration, as OC lists and shows them', async () => {
  await using world = await startWorld();
  expect((await world.create(inputs)).body).toMatchObject({ error: '' });
  expect(await list(world)).toEqual([`${path}/inputs`, `${path}/plan`, terraform]);
  const whole = await world.ask('GET', `${path}?recursion=1`);
  const shown = whole.body.metadata as Shown[];
  expect(shown.map(({ name, files }) => [name, files.map((file) => file.name)])).toEqual([
    ['inputs', ['application.yaml', 'cluster.yaml', 'services.yaml']],
    ['plan', ['plan.json']],
    ['terraform-configuration', expect.arrayContaining(['data_cluster.tf', 'terraform.tfstate', 'variables.tf'])],
  ]);
  const one = await world.ask('GET', terraform);
  expect(one.body.metadata).toEqual(shown[2]);
  expect(Object.keys(one.body.metadata)).toEqual([
    'cluster',
    'name',
    'description',
    'properties',
    'files',
    'last_updated',
  ]);
  expect(one.body.metadata).toMatchObject({
    cluster: 'wonderful',
    description: 'Initial terraform configuration used for post-clustering.',
    properties: null,
    last_updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
  expect(one.headers['etag']).toBeUndefined();
  const types = new Map(shown[2]?.files.map(({ name, mime_type }) => [name, mime_type]));
  expect(types.get('providers.tf')).toBe('text/plain; charset=utf-8');
  expect(types.get('resources_cluster_groups.tf')).toBe('text/plain');
  expect(types.get('terraform.tfstate')).toBe('application/json');
});

test('every file comes as it is, with its type, length and name', async () => {
  await using world = await startWorld();
  await world.create(inputs);
  for (const artifact of ['inputs', 'plan', 'terraform-configuration']) {
    const { files } = (await world.ask('GET', `${path}/${artifact}`)).body.metadata as Shown;
    for (const { name, mime_type, size } of files) {
      const { headers, text, status } = await world.ask('GET', `${path}/${artifact}/${name}`);
      expect([status, headers['content-type'], headers['content-disposition'], headers['content-length']]).toEqual([
        200,
        mime_type,
        `attachment; filename="${name}"`,
        String(size),
      ]);
      expect(Buffer.byteLength(text)).toBe(size);
      expect(text, name).not.toContain(secret);
    }
  }
  expect(await textOf(world, `${path}/inputs/application.yaml`)).toContain('user.password: "**redacted**"');
  expect(await textOf(world, `${path}/inputs/cluster.yaml`)).toContain('server_names:\n  - server1\n');
  expect(await textOf(world, `${terraform}/resources_server.tf`)).toContain(
    '"user.password" = var.server_config_user_password',
  );
  expect(await textOf(world, `${terraform}/resources_profiles.tf`)).toContain(
    '= var.profile_small_cloud_init_user_data',
  );
  expect(JSON.parse(await textOf(world, `${path}/plan/plan.json`))).toMatchObject({
    cluster: 'wonderful',
    servers: ['server1'],
    steps: expect.arrayContaining([expect.objectContaining({ key: 'bootstrap/server1' })]),
  });
});

test('a certificate of the application configuration stands in the configuration', async () => {
  await using world = await startWorld();
  const certificate = (await makeCertificate({ commonName: 'me', usage: 'client' })).certificate;
  await world.create({ application_seed_config: { certificates: [{ name: 'me', type: 'client', certificate }] } });
  const text = await textOf(world, `${terraform}/resources_certificates.tf`);
  expect(text.replaceAll('    ', '')).toContain(certificate.trim());
});

test('all files as one archive; another kind of archive there is not', async () => {
  await using world = await startWorld();
  await world.create({});
  const { status, headers, bytes } = await world.ask('GET', `${terraform}?archive=zip`);
  expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
    200,
    'application/zip',
    'attachment; filename="wonderful-terraform-configuration.zip"',
  ]);
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  expect(await world.ask('GET', `${terraform}?archive=tar`)).toMatchObject({
    status: 400,
    body: { code: 'archive_unsupported', error: 'Bad Request: Archive type "tar" not supported' },
  });
});

test('what is not there is not there, whatever the name', async () => {
  await using world = await startWorld();
  await world.create({});
  expect(await world.ask('GET', '/1.0/provisioning/clusters/other/artifacts')).toMatchObject({
    status: 200,
    body: { metadata: [] },
  });
  for (const route of ['plan', 'plan?archive=zip', 'plan/plan.json'])
    expect(await world.ask('GET', `/1.0/provisioning/clusters/other/artifacts/${route}`)).toMatchObject({
      status: 404,
      body: { code: 'cluster_not_found', error: 'Not found', details: { cluster: 'other' } },
    });
  for (const name of ['nothing', '..%2f..%2f..%2foperations-center.db', '%2e%2e', 'x'.repeat(2_000)]) {
    expect(await world.ask('GET', `${path}/${name}`)).toMatchObject({
      status: 404,
      body: { code: 'artifact_not_found', error: 'Not found' },
    });
    expect(await world.ask('GET', `${path}/${name}?archive=zip`)).toMatchObject({ status: 404 });
    expect(await world.ask('GET', `${terraform}/${name}`)).toMatchObject({
      status: 404,
      body: { code: 'artifact_file_not_found', error: expect.stringMatching(/^Not Found: File "/) },
    });
  }
});

test('the configuration is there once the cluster is; it follows its name, and goes with it', async () => {
  await using world = await startWorld();
  world.work.wish = 'wait';
  const made = world.create({});
  await world.work.started;
  expect(await list(world)).toEqual([`${path}/inputs`, `${path}/plan`]);
  expect(await world.ask('GET', terraform)).toMatchObject({ status: 404 });
  expect(await world.ask('GET', `${terraform}/providers.tf`)).toMatchObject({ status: 404 });
  world.work.go();
  await made;
  await world.ask('POST', '/1.0/provisioning/clusters/wonderful', { name: 'better' });
  expect(await list(world)).toEqual([]);
  const renamed = (await world.ask('GET', '/1.0/provisioning/clusters/better/artifacts/plan')).body.metadata;
  expect(renamed).toMatchObject({ cluster: 'better', name: 'plan' });
  await world.ask('DELETE', '/1.0/provisioning/clusters/better?mode=force');
  expect(await world.database.rows('select name from cluster_artifact_files')).toEqual([]);
  expect(await world.database.rows('select name from cluster_artifacts')).toEqual([]);
});

test('a creation that is taken back leaves none', async () => {
  await using world = await startWorld();
  world.work.wish = 'fail';
  expect(await world.create({})).toMatchObject({ status: 502 });
  expect(await world.database.rows('select name from cluster_artifacts')).toEqual([]);
});

test('of a template the variables are kept, those that are named as secrets without their values', async () => {
  await using world = await startWorld();
  await world.ask('POST', '/1.0/provisioning/cluster-templates', {
    name: 'small',
    application_config_template: 'config:\n  user.title: "@TITLE@"\n  user.password: "@ADMIN_PASSWORD@"\n',
    variables: { TITLE: {}, ADMIN_PASSWORD: {} },
  });
  const values = { TITLE: 'Mine', ADMIN_PASSWORD: secret };
  const reply = await world.create({ cluster_template: 'small', cluster_template_variable_values: values });
  expect(reply.body).toMatchObject({ error: '' });
  const { files } = (await world.ask('GET', `${path}/inputs`)).body.metadata as Shown;
  expect(files.map(({ name }) => name)).toEqual(['cluster.yaml', 'variables.yaml']);
  expect(await textOf(world, `${path}/inputs/variables.yaml`)).toBe('TITLE: Mine\nADMIN_PASSWORD: "**redacted**"\n');
  const text = await textOf(world, `${terraform}/resources_server.tf`);
  expect(text).toContain('"user.title"    = "Mine"');
  expect(text).toContain('"user.password" = var.server_config_user_password');
});

test.each([
  ['short', '4711'],
  ['with signs that files escape', 'a"b\\c${d}\ne'],
  ['as a number', 471_100],
])('the value of a secret variable stands in no file, whatever it is called: %s', async (_, value) => {
  await using world = await startWorld();
  await world.ask('POST', '/1.0/provisioning/cluster-templates', {
    name: 'small',
    application_config_template:
      'config:\n  user.title: "@PIN@"\nprofiles:\n- name: p\n  config: {user.x: "x @PIN@"}\n',
    variables: { PIN: { type: typeof value === 'number' ? 'integer' : 'string', secret: true } },
  });
  const reply = await world.create({ cluster_template: 'small', cluster_template_variable_values: { PIN: value } });
  expect(reply.body).toMatchObject({ error: '' });
  // In a plan short ones are hidden where they stand alone (decision 25).
  for (const artifact of ['inputs', 'terraform-configuration']) {
    const { files } = (await world.ask('GET', `${path}/${artifact}`)).body.metadata as Shown;
    for (const { name } of files) {
      expect(await textOf(world, `${path}/${artifact}/${name}`), name).not.toMatch(/4711|a\W{1,4}b\W/);
    }
  }
  expect(await textOf(world, `${path}/inputs/variables.yaml`)).toBe('PIN: "**redacted**"\n');
  expect(await textOf(world, `${terraform}/resources_server.tf`)).toContain(
    '"user.title" = var.server_config_user_title',
  );
  expect(await textOf(world, `${terraform}/resources_profiles.tf`)).toContain('= var.profile_p_user_x');
});
