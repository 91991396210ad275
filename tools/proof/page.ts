import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join(import.meta.dirname, '../../docs/proof.md');

const head = `# Proof

*Plan it, prove it on a simulator, run it, kill it half-way – and it either finishes or was never there.* This page is written by
\`npm run proof -- --write\`; each section says of which commit, at which size and when it was made.

| Command | What it proves |
|---|---|
| \`npm run proof\` | everything; takes hours |
| \`npm run proof -- --quick\` | a little of everything, in minutes |
| \`npm run proof -- --only kills\` | one section: \`kills\`, \`chaos\`, \`failures\`, \`real\`, \`preflight\`; several with commas |
| \`npm run proof -- --part 0.1\` | a tenth of the kills and seeds, chosen by seed; the other sections whole |
| \`npm run proof -- --write\` | puts what it proved into this page |

**Read the tables.** *finished*: the cluster of the page stands, looked at on the servers and through us. *undone*: never there – the name is free, the
servers are unclustered, trust us, show the certificate and hold the settings they had. *attention*: it asked a person, the stated choice
was taken, and it ended as one of the two; counted there as well. *lost*: anything else. *doubled*: a server accepted a change whose effect was there already, or began a second
operation of one kind. *rows left*: open operations, claims, backups, held ids, pending clusters, marks on servers that outlived the operation.
What runs for every change, and why in these sizes: [decision 19](decisions/0019-what-is-proven-where.md).
`;

/** Puts a section into the page, in place of what it said before. */
export function writeSection(name: string, order: readonly string[], text: string): void {
  const sections = existsSync(page) ? readSections(readFileSync(page, 'utf8')) : new Map<string, string>();
  sections.set(name, text);
  const body = order.flatMap((one) => {
    const found = sections.get(one);
    return found === undefined ? [] : [`<!-- ${one} -->\n${found.trim()}\n`];
  });
  writeFileSync(page, `${head}\n${body.join('\n')}`);
}

function readSections(text: string): Map<string, string> {
  const parts = text.split(/^<!-- ([a-z]+) -->$/m).slice(1);
  const pairs = parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? ''] as const] : []));
  return new Map(pairs);
}
