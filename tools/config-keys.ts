/**
 * Derives the table of configuration keys – per entity type, scope and default – from what an Incus says of itself:
 * `incus query /1.0/metadata/configuration > metadata.json; bin/node24 tools/config-keys.ts metadata.json 7.0.2`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type About = { type?: string; scope?: string; default?: string; defaultdesc?: string };
type Groups = Record<string, { keys: Record<string, About>[] }>;

const [file = '', version = ''] = process.argv.slice(2);
const target = join(import.meta.dirname, '../packages/documents/src/recorded/incus-config-keys.json');
const read = JSON.parse(readFileSync(file, 'utf8')) as {
  metadata?: { configs: Record<string, Groups> };
  configs?: never;
};
const configs = read.metadata?.configs ?? read.configs ?? {};

const entities: Record<string, Record<string, string[]>> = {};
for (const [entity, groups] of Object.entries(configs)) {
  for (const [group, { keys }] of Object.entries(groups)) {
    // Devices are grouped by their type, everything else by subject.
    const name = entity === 'devices' ? `device_${group}` : entity;
    entities[name] = { ...entities[name], ...Object.fromEntries(keys.flatMap(Object.entries).map(toRow)) };
  }
}
const lines = Object.entries(entities)
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([name, keys]) => ` ${JSON.stringify(name)}: {\n${rowsOf(keys)}\n }`);
writeFileSync(target, `{"incus": ${JSON.stringify(version)}, "entities": {\n${lines.join(',\n')}\n}}\n`);

function toRow([key, { type = 'string', scope = '', default: plain = '', defaultdesc = plain }]: [string, About]) {
  const row = [type.replace(/^int(?:64)?$/, 'integer'), scope, literal(defaultdesc)];
  while (row.length > 1 && row.at(-1) === '') row.pop();
  return [key, row] as const;
}

/** Only what is a value; what is said in words about a default is not taken over. */
function literal(text: string): string {
  const [, quoted] = /^`([^`]*)`$/.exec(text) ?? [];
  return quoted ?? (/^[\w./:-]{2,40}$/.test(text) ? text : '');
}

function rowsOf(keys: Record<string, string[]>): string {
  return Object.keys(keys)
    .sort()
    .map((key) => `  ${JSON.stringify(key)}: ${JSON.stringify(keys[key])}`)
    .join(',\n');
}
