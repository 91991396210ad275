/**
 * Holds the code against the house (docs/architecture.md): which package, room and domain may import which, that every
 * import is declared, that there is no cycle, that no file outgrows its room and none says what has no place there.
 * Documentation that fails.
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { domainArrows, folderArrows, frontDoor, neverThere, packageArrows, roomArrows, roomOf } from './rooms.ts';

const root = join(import.meta.dirname, '..');
const longestFile = 400;

type Import = { from: string; specifier: string; target: string | undefined };

const files = globSync(['packages/*/src/**/*.{ts,tsx}', 'packages/*/*.ts', 'scenarios/**/*.ts', 'tools/**/*.ts'], {
  cwd: root,
})
  .filter((file) => !file.includes('node_modules'))
  .sort();
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const imports = files.flatMap((file) => importsOf(file));

const problems = [
  ...imports.flatMap(checkPackages),
  ...imports.flatMap(checkDeclared),
  ...imports.flatMap(checkRooms),
  ...imports.flatMap(checkFolders),
  ...findCycles(),
  ...files.flatMap(checkLength),
  ...files.flatMap(checkLines),
];
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`${files.length} files, ${imports.length} imports, ${problems.length} problems\n`);
process.exit(problems.length === 0 ? 0 : 1);

function importsOf(file: string): Import[] {
  const text = texts.get(file) ?? '';
  const found = text.matchAll(
    /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm,
  );
  return [...found].flatMap((match) => {
    const specifier = match[1] ?? match[2];
    if (specifier === undefined) return [];
    const target = specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : undefined;
    return [{ from: file, specifier, target }];
  });
}

function packageOf(file: string): string {
  const [top, name] = file.split('/');
  return top === 'packages' && name !== undefined ? name : (top ?? '');
}

function isTest(file: string): boolean {
  return /\.test\.ts$|\/test-[^/]*\.ts$|\/testing\/|\/bench|bench\.ts$/.test(file);
}

function checkPackages({ from, specifier, target }: Import): string[] {
  const own = packageOf(from);
  if (target !== undefined && packageOf(target) !== own && own !== 'tools') {
    return [`${from}: imports ${specifier} across packages: use the package's front door`];
  }
  const wanted = /^@operations-center\/([\w-]+)/.exec(specifier)?.[1];
  if (wanted === undefined || wanted === own) return [];
  const allowed = packageArrows[own] ?? [];
  return allowed.includes(wanted)
    ? []
    : [`${from}: package ${own} must not import ${wanted} (allowed: ${allowed.join(', ') || 'none'})`];
}

function checkDeclared({ from, specifier }: Import): string[] {
  const own = packageOf(from);
  if (specifier.startsWith('.') || specifier.startsWith('node:') || own === 'tools') return [];
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const folder = own === 'scenarios' ? 'scenarios' : `packages/${own}`;
  const declared = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    name: string;
    dependencies?: object;
    devDependencies?: object;
  };
  // What builds a package stands beside its src.
  const forBuild = from.startsWith(`${folder}/src/`) ? {} : declared.devDependencies;
  const forTests = isTest(from) || own === 'scenarios' ? ['vitest', 'fast-check', 'ajv'] : [];
  const names = [...Object.keys({ ...declared.dependencies, ...forBuild }), ...forTests, declared.name];
  return names.includes(name) ? [] : [`${from}: ${name} is not declared in ${folder}/package.json`];
}

/** Rooms and domains of the daemon. A test may look into its neighbours. */
function checkRooms({ from, target }: Import): string[] {
  if (
    target === undefined ||
    isTest(from) ||
    !from.startsWith('packages/daemon/src/') ||
    !target.startsWith('packages/daemon/src/')
  )
    return [];
  const here = roomOf(from);
  const there = roomOf(target);
  const found: string[] = [];
  if (!(roomArrows[here.room] ?? []).includes(there.room)) {
    found.push(`${from}: room ${here.room} must not import room ${there.room} (${target})`);
  }
  if (here.domain !== undefined && there.domain !== undefined && here.domain !== there.domain) {
    if (!(domainArrows[here.domain] ?? []).includes(there.domain)) {
      found.push(`${from}: domain ${here.domain} must not import domain ${there.domain}`);
    } else if (there.room === 'store' && here.room !== 'assembly') {
      found.push(`${from}: only ${there.domain} itself may use its store (${target}): ask its service`);
    }
  }
  return found;
}

function checkFolders({ from, target }: Import): string[] {
  const arrows = folderArrows[packageOf(from)];
  if (arrows === undefined || target === undefined || isTest(from) || from.endsWith(`/src/${frontDoor}`)) return [];
  const [here, there] = [folderOf(from), folderOf(target)];
  return arrows[here]?.includes(there) ? [] : [`${from}: folder ${here} must not import folder ${there} (${target})`];
}

/** The folder of a package that a file is in: `.` for its top. */
function folderOf(file: string): string {
  const [, , , folder, ...below] = file.split('/');
  return folder !== undefined && below.length > 0 ? folder : '.';
}

function findCycles(): string[] {
  const edges = new Map<string, string[]>();
  for (const { from, target } of imports)
    if (target !== undefined && texts.has(target)) edges.set(from, [...(edges.get(from) ?? []), target]);
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
      return;
    }
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

function checkLength(file: string): string[] {
  const lines = (texts.get(file) ?? '').split('\n').length - 1;
  return lines < longestFile ? [] : [`${file}: ${lines} lines; a file stays under ${longestFile}`];
}

/** What a line of the daemon says must have a place in its room. */
function checkLines(file: string): string[] {
  if (isTest(file) || !file.startsWith('packages/daemon/src/')) return [];
  const { room } = roomOf(file);
  const bans = neverThere.filter(({ rooms }) => rooms.includes(room));
  const lines = (texts.get(file) ?? '').split('\n');
  return lines.flatMap((line, index) =>
    /^\s*(?:\/\/|\/?\*)/.test(line)
      ? []
      : bans
          .filter((ban) => ban.line.test(line))
          .map(({ what }) => `${file}:${index + 1}: ${what}, which has no place in room ${room}`),
  );
}
