/** Writes what is made from the sources under docs/generated; with --check it only compares. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cliReference } from '../packages/cli/src/reference.ts';
import { fillHint } from '../packages/contract/src/fault.ts';
import { faults } from '../packages/contract/src/faults.ts';
import { makeOpenApi } from '../packages/contract/src/openapi.ts';
import { checksReference } from '../packages/daemon/src/checks-reference.ts';
import { daemonReference } from '../packages/daemon/src/reference.ts';
import { findJsonSchema, publishedSchemas } from '../packages/documents/src/schemas/catalogue.ts';
import { schemaText } from './schema-text.ts';

const folder = join(import.meta.dirname, '..', 'docs/generated');

function faultsPage(): string {
  const rows = Object.entries(faults)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { kind, about, hint }]) =>
        `## ${code}\n\n*${kind.replaceAll('_', ' ')}.* ${about}\n\n${fillHint(hint)}\n`,
    );
  return `# Faults\n\nEvery refusal and failure has a code that never changes. Search here for the word in parentheses at the end of a message.\n\n${rows.join('\n')}`;
}

const pages: Record<string, () => string | Promise<string>> = {
  'rest-api.json': () => `${JSON.stringify(makeOpenApi(), null, 1)}\n`,
  'checks.md': checksReference,
  'faults.md': faultsPage,
  'cli.md': cliReference,
  'settings.md': daemonReference,
  'schema.sql': schemaText,
  ...Object.fromEntries(
    publishedSchemas.map(({ name }) => [
      `schemas/${name}.json`,
      () => `${JSON.stringify(findJsonSchema(name), null, 1)}\n`,
    ]),
  ),
};

const check = process.argv.includes('--check');
let stale = 0;
for (const [name, make] of Object.entries(pages)) {
  const path = join(folder, name);
  const text = await make();
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale += 1;
  if (check) process.stdout.write(`docs/generated/${name} is not current: run npm run generate\n`);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
process.exit(check && stale > 0 ? 1 : 0);
