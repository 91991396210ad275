import { expect, test } from 'vitest';
import { clusterNames, startWorld, type World } from '../testing/world.ts';

const branch = {
  name: 'branch',
  service_config_template:
    'nvme:\n  enabled: @NVME@\n  targets:\n    - {transport: tcp, address: @ADDRESS@, port: @PORT@}\n',
  application_config_template: 'config:\n  user.ui.title: "@TITLE@"\n',
  variables: {
    NVME: { description: '', default: 'true' },
    ADDRESS: { description: '', default: '' },
    PORT: { description: '', default: '8009' },
    TITLE: { description: '', default: 'a title' },
  },
};
const keepBranch = async (world: World): Promise<void> => {
  expect(await world.ask('POST', '/1.0/provisioning/cluster-templates', branch)).toMatchObject({ status: 201 });
};
const wish = (values: object, change: object = {}) => ({
  name: 'wonderful',
  server_names: ['server1'],
  server_type: 'incus',
  connection_url: 'https://192.0.2.1:8443',
  cluster_template: 'branch',
  cluster_template_variable_values: values,
  ...change,
});

test.each(['', '/:plan', '/:preflight'])('a creation%s takes both documents from its template', async (route) => {
  await using world = await startWorld(1);
  await keepBranch(world);
  const path = `/1.0/provisioning/clusters${route}`;
  world.work.go();
  // What is sent beside a template is dropped, as in OC: this would be refused.
  const dropped = { services_config: { lvm: 7 }, application_seed_config: { networks: 7 } };
  const reply = await world.ask('POST', path, wish({ ADDRESS: '192.168.1.100', PORT: 4420 }, dropped));
  expect(reply).toMatchObject({ status: route === '' ? 201 : 200 });
  if (route !== '/:plan') return;
  const text = JSON.stringify(reply.body.metadata);
  expect(text).toContain('192.168.1.100');
  expect(text).toContain('4420');
  expect(text).toContain('a title');
});

const prefix = 'Failed creating cluster from template "branch": ';
test.each([
  [
    'a required value is missing',
    wish({}),
    400,
    `${prefix}Failed to apply cluster template variables on service config of "branch": No value provided for variable "ADDRESS", which is required, since it has no default value defined`,
  ],
  [
    'the template is unknown',
    wish({}, { cluster_template: 'nope' }),
    404,
    'Failed creating cluster from template "nope": Failed to get cluster template "nope" by name: Not found',
  ],
  [
    'a value breaks the services',
    wish({ ADDRESS: 'x, y: [' }),
    400,
    expect.stringMatching(
      /^Failed creating cluster from template "branch": Failed to marshal service config of "branch": /,
    ),
  ],
  [
    'a value breaks the application',
    wish({ ADDRESS: 'x', TITLE: '"' }),
    400,
    expect.stringMatching(
      /^Failed creating cluster from template "branch": Failed to marshal application seed config of "branch": /,
    ),
  ],
  [
    'a value is a list',
    wish({ ADDRESS: ['a'] }),
    400,
    expect.stringContaining('Variable "ADDRESS" takes text, a number, true or false, and was given a list'),
  ],
])('nothing is begun, and the template is told before anything else: %s', async (_, body, status, error) => {
  await using world = await startWorld(1);
  await keepBranch(world);
  for (const route of ['', '/:plan', '/:preflight']) {
    const reply = await world.ask('POST', `/1.0/provisioning/clusters${route}`, { ...body, name: '' });
    expect([route, reply.status, reply.body.error]).toEqual([route, status, error]);
  }
  expect(await clusterNames(world)).toEqual([]);
});

test('a plan from a template runs without the values, and is outdated once the template is another one', async () => {
  await using world = await startWorld(1);
  await keepBranch(world);
  world.work.go();
  const clusters = '/1.0/provisioning/clusters';
  const planned = await world.ask('POST', `${clusters}/:plan`, wish({ ADDRESS: '192.168.1.100' }));
  const path = '/1.0/provisioning/cluster-templates/branch';
  const changed = { ...branch, application_config_template: 'config:\n  user.ui.title: "other @TITLE@"\n' };
  expect(await world.ask('PUT', path, changed)).toMatchObject({ status: 201 });
  const plan = planned.body.metadata.id;
  expect(await world.ask('POST', `${clusters}/:run`, { plan })).toMatchObject({ body: { code: 'plan_outdated' } });
  expect(await world.ask('PUT', path, branch)).toMatchObject({ status: 201 });
  expect(await world.ask('POST', `${clusters}/:run`, { plan })).toMatchObject({ status: 201 });
});

test('a value whose name tells that it is secret is kept sealed, though OC knows no secret variables', async () => {
  await using world = await startWorld(1);
  const clusters = '/1.0/provisioning/clusters';
  world.work.go();
  await world.ask('POST', '/1.0/provisioning/cluster-templates', {
    name: 'old',
    application_config_template: 'config:\n  user.password: "@ADMIN_PASSWORD@"\n',
    variables: { ADMIN_PASSWORD: { description: '' } },
  });
  await world.ask(
    'POST',
    clusters,
    wish({ ADMIN_PASSWORD: 'hunter22', TOKEN: 'unasked' }, { cluster_template: 'old' }),
  );
  const [row] = await world.database.rows<{ values: string }>('select "values" from cluster_template_uses');
  expect(row?.values).not.toMatch(/hunter22|unasked/);
  const shown = (await world.ask('GET', `${clusters}/wonderful/template`)).body.metadata;
  expect(shown.values).toEqual({ ADMIN_PASSWORD: '**redacted**', TOKEN: '**redacted**' });
});

test('a cluster remembers its template, revision and values; a secret one is shown nowhere', async () => {
  await using world = await startWorld(1);
  const secret = 'hunter22 of the vault';
  const template = {
    name: 'vault',
    service_config_template: '',
    application_config_template: 'config:\n  user.note: it is @WORD@\n  user.rack: "@RACK@"\n',
    variables: { WORD: { type: 'string', secret: true }, RACK: { description: 'where' } },
  };
  expect(await world.ask('POST', '/1.0/provisioning/cluster-templates', template)).toMatchObject({ status: 201 });
  const clusters = '/1.0/provisioning/clusters';
  const body = wish({ WORD: secret, RACK: 4 }, { cluster_template: 'vault' });
  const planned = await world.ask('POST', `${clusters}/:plan`, body);
  expect(JSON.stringify(planned.body)).toContain('it is **redacted**');
  world.work.go();
  expect(await world.ask('POST', clusters, body)).toMatchObject({ status: 201 });
  const changed = { ...template, application_config_template: 'config: {a: "@WORD@", b: "@RACK@"}' };
  expect(await world.ask('PUT', '/1.0/provisioning/cluster-templates/vault', changed)).toMatchObject({ status: 201 });
  expect((await world.ask('GET', `${clusters}/wonderful/template`)).body.metadata).toEqual({
    template: 'vault',
    revision: 1,
    values: { WORD: '**redacted**', RACK: 4 },
  });
  const files = await world.database.rows<{ content: string }>('select content from cluster_artifact_files');
  const contents = files.map(({ content }) => content).join('');
  expect(contents).toContain('**redacted**');
  expect(contents).not.toContain('hunter22');
  const rows = await world.database.rows<{ values: string }>('select "values" from cluster_template_uses');
  expect(rows[0]?.values).toMatch(/^\{"WORD":"sealed:v1:[\w-]+","RACK":4\}$/);
  expect(await world.ask('GET', `${clusters}/nope/template`)).toMatchObject({ status: 404 });
});

test('a cluster of plain files has no template to show', async () => {
  await using world = await startWorld(1);
  world.work.go();
  await world.create({});
  const shown = await world.ask('GET', '/1.0/provisioning/clusters/wonderful/template');
  expect(shown).toMatchObject({ status: 404, body: { code: 'cluster_template_unused' } });
});

test('a warning of the template is one of the operation', async () => {
  await using world = await startWorld(1);
  await keepBranch(world);
  const planned = await world.ask('POST', '/1.0/provisioning/clusters/:plan', wish({ ADDRESS: 'x', TITLE: 'a\\tb' }));
  expect(planned.body.metadata.notes).toContainEqual({
    code: 'template_text_differs',
    message: expect.stringContaining('config["user.ui.title"] comes to text of 3 characters as text'),
  });
});

test('a template may name the cluster; what differs from server to server is refused, and a value may hold either', async () => {
  await using world = await startWorld(1);
  const variables = { V: { type: 'string' } };
  const keep = (name: string, title: string) =>
    world.ask('POST', '/1.0/provisioning/cluster-templates', {
      ...{ name, variables, service_config_template: '' },
      application_config_template: `config:\n  user.ui.title: ${title}\n  user.v: @V@\n`,
    });
  await keep('own', 'of @CLUSTER_NAME@');
  await keep('server', 'of @SERVER_NAME@');
  await keep('plain', 'of nobody');
  const plan = (cluster_template: string, V: string) =>
    world.ask('POST', '/1.0/provisioning/clusters/:plan', wish({ V }, { cluster_template }));
  expect(JSON.stringify((await plan('own', 'x')).body.metadata)).toContain('of wonderful');
  expect(JSON.stringify((await plan('plain', '@CLUSTER_NAME@ @SERVER_NAME@')).body.metadata)).toContain(
    '@CLUSTER_NAME@ @SERVER_NAME@',
  );
  expect(await plan('own', '@SERVER_NAME@')).toMatchObject({ body: { code: 'cluster_template_values_invalid' } });
  expect(await plan('server', 'x')).toMatchObject({ body: { code: 'application_config_invalid' } });
});
