/**
 * Holds the documents against the tree: every relative link leads somewhere, headings included, and every path of the
 * repository that a document names in backticks is there.
 */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
/** Made by the reader or by `npm ci`. */
const notThere = /^(node_modules|dist|\.demo)\b/;
const named = /`((?:packages|scenarios|tools|docs|bin|\.ci)\/[^`\s]*)`/g;

const files = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'packages/daemon/src/domains/*/README.md'], {
  cwd: root,
}).sort();
const problems = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...checkLinks(file, text), ...checkPaths(file, text)];
});
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${files.length} documents, ${problems.length} problems\n`);
process.exit(problems.length === 0 ? 0 : 1);

function checkLinks(file: string, text: string): string[] {
  const links = withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g);
  return [...links].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = '', heading] = link.split('#');
    const target = path === '' ? join(root, file) : resolve(root, dirname(file), path);
    if (!existsSync(target)) return [`${file}: ${link} leads nowhere`];
    if (relative(root, target).startsWith('..')) return [`${file}: ${link} leads out of the repository`];
    if (heading === undefined || statSync(target).isDirectory()) return [];
    return headingsOf(target).includes(heading) ? [] : [`${file}: ${link}: no such heading`];
  });
}

/** `<noun>` and `*` stand for anything; what a how-to tells to make is in a folder that is there. */
function checkPaths(file: string, text: string): string[] {
  return [...text.matchAll(named)].flatMap(([, path = '']) => {
    if (notThere.test(path)) return [];
    const pattern = path.replaceAll(/<\w+>/g, '*').replace(/[.,:]$/, '');
    const isThere = globSync(pattern, { cwd: root }).length > 0;
    const isMade = file.startsWith('docs/how-to/add-') || file.startsWith('docs/how-to/simulate-');
    if (isThere || (isMade && existsSync(join(root, dirname(pattern))))) return [];
    return [`${file}: ${path} is not there`];
  });
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

function headingsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
