import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { expect, test } from 'vitest';
import { parseDocument } from '../document.ts';
import { ME_PEM, PAGE_SERVICES, pageApplication } from '../fixtures.ts';
import { parsePreseed } from '../preseed.ts';
import { formatPath } from '../problem.ts';
import { parseServices } from '../services-config.ts';
import { findJsonSchema, publishedSchemas } from './catalogue.ts';
import { serviceSchemas } from './services/services.ts';

const examples = join(import.meta.dirname, '../../../../docs/examples');
const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allowMatchingProperties: true,
});

function judge(name: string, value: unknown): ErrorObject[] {
  const schema = findJsonSchema(name);
  if (schema === undefined) throw new Error(`no schema ${name}`);
  const validate = ajv.getSchema(String(schema['$id'])) ?? ajv.compile(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}

const read = (text: string): unknown => {
  const parsed = parseDocument(text, 'a.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value.value;
};
const example = (file: string): string => readFileSync(join(examples, file), 'utf8');

test('every published schema is one, and its own examples pass', () => {
  for (const { name, title } of publishedSchemas) {
    const schema = findJsonSchema(name);
    expect(title).not.toBe(name);
    for (const one of (schema?.['examples'] ?? []) as unknown[]) expect(judge(name, one)).toEqual([]);
  }
  expect(findJsonSchema('constructor')).toBeUndefined();
});

test('every field has a description, and every example of a field is right', () => {
  const seen: string[] = [];
  const faults: string[] = [];
  for (const name of ['services', 'application']) {
    const { definitions = {}, ...root } = findJsonSchema(name) ?? {};
    const walk = (schema: unknown, at: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { properties, items, additionalProperties, anyOf } = schema as Record<string, unknown>;
      for (const [key, part] of Object.entries((properties ?? {}) as Record<string, Record<string, unknown>>)) {
        const path = `${at}.${key}`;
        seen.push(path);
        const isOfADump = at === '.cluster' || at.endsWith('.member_config') || at.endsWith('.source');
        if (!isOfADump && typeof part['description'] !== 'string') faults.push(`${path} has no description`);
        const validate = new Ajv({ strict: false }).compile({ ...part, definitions });
        for (const one of (part['examples'] ?? []) as unknown[]) {
          if (!validate(one)) faults.push(`${path}: its example is refused`);
        }
        walk(part, path);
      }
      for (const part of [items, additionalProperties, ...((anyOf ?? []) as unknown[])]) walk(part, at);
    };
    walk(root, '');
  }
  expect(faults).toEqual([]);
  expect(seen.length).toBeGreaterThan(120);
});

test.each([
  ['services', 'the services of the page', PAGE_SERVICES],
  ['application', 'the application of the page', pageApplication(ME_PEM)],
  ['application', 'every part of a preseed', example('whole-application.yaml')],
  ['application', 'a file that says nothing', '{}'],
  ['application', 'a dump: null everywhere', 'config: null\nnetworks: null\nprofiles: []\ncluster: null\n'],
  ['application', 'a cluster that is not enabled', 'cluster: {enabled: false, server_name: ""}'],
  [
    'application',
    'a pool of each driver',
    'storage_pools: [{name: a, driver: dir}, {name: b, driver: newer, config: {x: 1}}]',
  ],
  [
    'application',
    'an OVN network and its uplink',
    'networks: [{name: up, type: physical, config: {parent: eth1, ipv4.ovn.ranges: 10.0.0.5-10.0.0.9}}, {name: my-ovn, type: ovn, config: {network: up, ipv4.nat: true}}]',
  ],
  [
    'application',
    'devices of several types',
    'profiles: [{name: p, devices: {gpu0: {type: gpu, gputype: physical}, n: {type: nic, nictype: macvlan, parent: eth0}, tty: {type: unix-char, path: /dev/ttyS0}, none0: {type: none}}}]',
  ],
  [
    'services',
    'ceph',
    'ceph: {enabled: true, clusters: {ceph: {fsid: 5c9d4b6e-0000-4000-8000-000000000001, monitors: [10.0.0.1], keyrings: {admin: {key: AQB==}}}}}',
  ],
  ['services', 'ovn', 'ovn: {enabled: true, database: "tcp:10.0.0.1:6642,tcp:10.0.0.2:6642", tunnel_protocol: ""}'],
])('%s accepts %s, and so do we', (name, _, text) => {
  expect(judge(name, read(text))).toEqual([]);
  const own =
    name === 'services' ? parseServices(text, 'a', { strict: true }) : parsePreseed(text, 'a', { strict: true });
  expect(own).toMatchObject({ ok: true });
});

/** Where a validator finds fault, written as we write it; what is too much is named itself. */
const placeOf = ({ instancePath, params }: ErrorObject): string => {
  const extra: unknown = params['additionalProperty'];
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return formatPath(typeof extra === 'string' ? [...steps, extra] : steps);
};

test.each([
  ['services', 'services-with-mistakes.yaml'],
  ['application', 'application-with-mistakes.yaml'],
])('%s refuses each of the ten mistakes at the place where we do', (name, file) => {
  const text = example(file);
  const own =
    name === 'services' ? parseServices(text, file, { strict: true }) : parsePreseed(text, file, { strict: true });
  const wanted = (own.ok ? [] : own.problems).map(({ path }) => path);
  expect(wanted).toHaveLength(10);
  const found = judge(name, read(text)).map(placeOf);
  expect(wanted.filter((path) => !found.some((one) => one === path || one.startsWith(`${path}.`)))).toEqual([]);
});

test('the schema of services is that of each service, and the published files are all there are', () => {
  expect(publishedSchemas.map(({ name }) => name)).toEqual(['services', 'application', ...Object.keys(serviceSchemas)]);
  const files = globSync('*.json', { cwd: join(examples, '../generated/schemas') });
  expect(files.sort()).toEqual(publishedSchemas.map(({ name }) => `${name}.json`).sort());
});
