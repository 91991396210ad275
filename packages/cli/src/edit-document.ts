import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Call, isInteractive, type Terminal } from './call.ts';
import { exactNumbers } from './exact-numbers.ts';
import { CliFailure, renderFailure } from './failures/failure.ts';
import { writeYaml } from './output/yaml.ts';
import { askLine, readAll } from './prompt.ts';
import { readDocument } from './read-document.ts';

type Editing = {
  /** What can be changed, if not all. Anything else that `load` brings may stand in what is piped, and is ignored. */
  keys?: readonly string[];
  /** The object as it is now. */
  load: () => Promise<Record<string, unknown>>;
  /** Takes every key: those that were left out as they were. */
  save: (document: Record<string, unknown>) => Promise<void>;
};

/** Changes one object: from stdin if that is no terminal, else in the person's editor, again until it is taken. */
export async function editDocument(call: Call<unknown, unknown>, editing: Editing): Promise<void> {
  const { terminal } = call;
  if (terminal.stdin.isTTY !== true) {
    const text = await readAll(terminal.stdin);
    // A text that cannot be read is refused before the daemon is asked for anything.
    await readDocument('stdin', text);
    return editing.save(await readChanges('stdin', text, await editing.load(), editing.keys));
  }
  const loaded = await editing.load();
  const before = writeYaml(pick(loaded, editing.keys ?? Object.keys(loaded)), 2);
  let text = before;
  for (;;) {
    text = openEditor(text, terminal);
    if (text === before) return;
    try {
      return await editing.save(await readChanges('the text', text, loaded, editing.keys));
    } catch (error) {
      if (!(error instanceof CliFailure) || !isInteractive(terminal)) throw error;
      terminal.stderr.write(renderFailure(error.parts));
      const answer = await askLine(terminal, 'Edit it again? [Y/n] ');
      if (answer === undefined || /^n/i.test(answer)) throw error;
    }
  }
}

/** What was written, over what is there now: who names one key means that one. A key nobody knows is a mistake. */
async function readChanges(
  name: string,
  text: string,
  loaded: Record<string, unknown>,
  keys: readonly string[] = Object.keys(loaded),
): Promise<Record<string, unknown>> {
  const document = await readDocument(name, text, [...keys, ...Object.keys(loaded)]);
  const changes = Object.entries(pick(document, keys)).map(([key, value]) => [key, exactNumbers(value)]);
  return { ...pick(loaded, keys), ...Object.fromEntries(changes) };
}

const pick = (document: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.filter((key) => key in document).map((key) => [key, document[key]]));

function openEditor(text: string, terminal: Terminal): string {
  const folder = mkdtempSync(join(tmpdir(), 'operations-center-'));
  const file = join(folder, 'edit.yaml');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const [program = '', ...words] = findEditor(terminal);
    const ended = spawnSync(program, [...words, file], { stdio: 'inherit' });
    if (ended.status !== 0) {
      throw new CliFailure({
        what: `the editor ${program} ended with ${ended.error?.message ?? `status ${ended.status}`}; nothing was changed`,
        fix: 'Set VISUAL or EDITOR to another one, or pipe YAML into this command.',
        code: 'editor_failed',
      });
    }
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `$VISUAL`, `$EDITOR`, else the first of the usual ones that is installed, as OC looks for it. */
function findEditor(terminal: Terminal): string[] {
  const named = terminal.env['VISUAL'] || terminal.env['EDITOR'];
  if (named) return named.split(/\s+/);
  const folders = (terminal.env['PATH'] ?? '').split(delimiter);
  const found = ['editor', 'vi', 'emacs', 'nano'].find((name) => folders.some((folder) => canRun(join(folder, name))));
  if (found !== undefined) return [found];
  throw new CliFailure({
    what: 'no editor was found',
    fix: 'Set VISUAL or EDITOR, or pipe YAML into this command.',
    code: 'editor_missing',
  });
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
