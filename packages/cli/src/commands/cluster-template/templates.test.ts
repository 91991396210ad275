import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Replay, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';
import { makeTestFolder } from '../../testing/test-folder.ts';

const branch = {
  description: 'Branch offices',
  service_config_template: 'nvme:\n  enabled: true\n  targets: [{transport: tcp, address: @ADDRESS@, port: @PORT@}]\n',
  application_config_template:
    'config:\n  user.ui.title: "@TITLE@"\n  user.password: @PASSWORD@\n  user.of: @SERVER_NAME@ @SERVER_CLUSTER_ADDRESS@\n  user.in: @CLUSTER_NAME@\n',
  variables: {
    ADDRESS: { description: '', default: '', type: 'ip' },
    PORT: { description: '', default: '8009' },
    TITLE: { description: 'Of the web page', default: '' },
    PASSWORD: { description: '', default: '', type: 'string', secret: true },
  },
  name: 'branch',
  last_updated: '2026-11-22T19:16:56Z',
};
const rules = [{ rule: 'PORT != ""', message: 'A port\u001b[31m' }];
const revision = (number: number) => ({ revision: number, changed_by: 'unix', at: branch.last_updated, changed: [] });
const path = '/1.0/provisioning/cluster-templates';
const server2 = {
  name: 'server2',
  connection_url: 'https://10.0.0.12:8443',
  os_data: {
    network: { state: { interfaces: { eth1: { roles: ['cluster'], addresses: ['fe80::1/64', '10.1.0.12/24'] } } } },
  },
};

/** Runs words after `provisioning cluster-template` beside a daemon that has the template; and what was sent to it. */
async function run(words: readonly string[], files: Record<string, string> = {}) {
  const folder = makeTestFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const sent: unknown[] = [];
  const answer: Replay = ({ method, path: asked, body }) => {
    if (method !== 'GET') sent.push([method, asked, JSON.parse(body)]);
    if (method !== 'GET') return { ...sync(null), status: 201 };
    if (asked === '/1.0') return sync({ api_extensions: ['cluster_template_revisions'] });
    if (asked === '/1.0/provisioning/servers/server2') return sync(server2);
    if (asked === `${path}/branch/revisions`) return sync([revision(2), revision(1)]);
    if (asked === `${path}/branch/revisions/2`) return sync({ ...revision(2), ...branch, rules });
    if (asked === `${path}/branch/revisions/1`)
      return sync({ ...revision(1), ...branch, service_config_template: 'nvme:\n' });
    return asked === `${path}/branch` ? sync(branch) : refusal(404, 'Not found');
  };
  await using daemon = await startReplayDaemon(answer);
  const ran = await runWords(
    ['provisioning', 'cluster-template', ...words.map((word) => (word in files ? join(folder, word) : word))],
    { env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder } },
  );
  return { ...ran, sent };
}

const values = 'ADDRESS: 10.0.0.1\nTITLE: My cluster\nPASSWORD: hunter22\n';

test('render shows both documents, as one server gets them, and no secret', async () => {
  const ran = await run(['render', 'branch', '--variables', 'v.yaml', '--server', 'server2', '--index', '2'], {
    'v.yaml': values,
  });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toBe(
    [
      'services_config:',
      '  nvme:',
      '    enabled: true',
      '    targets:',
      '      - transport: tcp',
      '        address: 10.0.0.1',
      '        port: 8009',
      'application_seed_config:',
      '  config:',
      '    user.ui.title: My cluster',
      "    user.password: '**redacted**'",
      '    user.of: server2 10.1.0.12',
      '    user.in: CLUSTER',
      '',
    ].join('\n'),
  );
});

test('render puts in the name of the cluster also where no server is named, and tells of a value that goes nowhere', async () => {
  const words = ['render', 'branch', '--variables', 'v.yaml'];
  const files = { 'v.yaml': `ADDRESS: 10.0.0.1\nTITLE: '@CLUSTER@'\nPASSWORD: hunter22\nPROT: 1\n` };
  const ran = await run([...words, '--cluster', 'wonderful'], files);
  expect(ran).toMatchObject({
    code: 0,
    stderr: 'Warning: The value of "PROT" is not used: the template has no such variable; did you mean "PORT"?\n',
  });
  expect(ran.stdout).toContain('user.in: wonderful\n');
  expect(ran.stdout).toContain(`user.of: '@SERVER_NAME@ @SERVER_CLUSTER_ADDRESS@'`);
  expect((await run(words, files)).stdout).toContain(`user.in: '@CLUSTER_NAME@'`);
});

test('render tells all that is wrong with the values, and warns of what comes out otherwise', async () => {
  const wrong = await run(['render', 'branch', '--variables', 'v.yaml'], { 'v.yaml': 'ADDRESS: nowhere\n' });
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('Error: The value of variable "ADDRESS" must be an IP address');
  expect(wrong.stderr).toContain('Also No value provided for variable "TITLE"');
  const odd = await run(['render', 'branch', '--variables', 'v.yaml'], { 'v.yaml': `${values}PORT: 7.10\n` });
  expect(odd.stderr).toContain('v.yaml:4: PORT is read as 7.1; if it is text, put it in quotes');
});

test('schema is the JSON Schema of the file of values', async () => {
  const { stdout } = await run(['schema', 'branch']);
  expect(JSON.parse(stdout)).toMatchObject({ required: ['ADDRESS', 'TITLE', 'PASSWORD'], additionalProperties: false });
});

test('convert proposes types, and saves them only if it is told to', async () => {
  const proposed = await run(['convert', 'branch']);
  expect(proposed.sent).toEqual([]);
  expect(proposed.stdout).toContain('PORT:\n  description: ""\n  default: "8009"\n  type: integer\n');
  const saved = await run(['convert', 'branch', '--save']);
  expect(saved.sent).toMatchObject([['PUT', `${path}/branch`, { variables: { PORT: { type: 'integer' } } }]]);
});

test('what export prints, import takes', async () => {
  const { stdout } = await run(['export', 'branch']);
  const created = await run(['import', 'branch.yaml', '--name', 'other'], { 'branch.yaml': stdout });
  const { last_updated: _, ...template } = branch;
  expect(created).toMatchObject({ code: 0, sent: [['POST', path, { ...template, name: 'other' }]] });
  const replaced = await run(['import', 'branch.yaml', '--replace'], { 'branch.yaml': stdout });
  expect(replaced).toMatchObject({ code: 0, sent: [['PUT', `${path}/branch`, { variables: branch.variables }]] });
  // The replayed daemon says the same of it before and after.
  expect(replaced.stderr).toContain('branch is just so already: no revision was made.\n');
  expect(created.stderr).not.toContain('just so');
});

test('add sends definitions as they are written, and warns before a template is used', async () => {
  const ran = await run(['add', 'new', '-c', 's.yaml', '--variables', 'v.yaml'], {
    's.yaml': 'lvm:\n  enabled: @ON@\n  note: v@VERSION@\n',
    'v.yaml': 'ON: {type: boolean, description: LVM}\nVERSION: {default: 7.10}\n',
  });
  const variables = {
    ON: { description: 'LVM', default: '', type: 'boolean' },
    VERSION: { description: '', default: '7.10' },
  };
  expect(ran).toMatchObject({ code: 0, sent: [['POST', path, { name: 'new', variables }]] });
  const misspelt = await run(['add', 'new', '--variables', 'v.yaml'], { 'v.yaml': 'ON:\n  defualt: 1\n' });
  expect(misspelt.stderr).toContain('Did you mean "default"?');
});

test('rollback names a revision', async () => {
  expect(await run(['rollback', 'branch', '3'])).toMatchObject({
    code: 0,
    sent: [['POST', `${path}/branch/:roll-back`, { revision: 3 }]],
  });
  expect((await run(['rollback', 'branch', 'x'])).stderr).toContain('is no revision');
});

test('what a revision changed is shown line by line', async () => {
  const { stdout, stderr, code } = await run(['diff', 'branch']);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout).toMatch(/^service_config_template:\n@@ -1 \+1 @@\n nvme:\n\+ {2}enabled: true\n\+ {2}targets: /);
  expect(stdout).toContain('rules:\n@@ -1 +1 @@\n+- rule: PORT != ""\n');
  expect(stdout).not.toContain('\u001b');
  expect(stdout).not.toContain('application_config_template');
  expect((await run(['diff', 'branch', '--revision', '1'])).stdout).toContain('+nvme:\n');
  expect((await run(['diff', 'branch', '--revision', '1', '--since', '2'])).stderr).toContain('is not before');
});
