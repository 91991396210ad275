import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Call, isInteractive, type Terminal } from './call.ts';
import { CliFailure, renderFailure } from './failures/failure.ts';
import { writeYaml } from './output/yaml.ts';
import { askLine, readAll } from './prompt.ts';
import { readDocument } from './read-document.ts';

type Editing = {
  load: () => Promise<Record<string, unknown>>;
  save: (document: Record<string, unknown>) => Promise<void>;
};

/** Changes one object: from stdin if that is no terminal, else in the person's editor, again until it is taken. */
export async function editDocument(call: Call<unknown, unknown>, editing: Editing): Promise<void> {
  const { terminal } = call;
  if (terminal.stdin.isTTY !== true) {
    const document = await readDocument('stdin', await readAll(terminal.stdin));
    return editing.save(document);
  }
  const before = writeYaml(await editing.load(), 2);
  let text = before;
  for (;;) {
    text = openEditor(text, terminal);
    if (text === before) return;
    try {
      return await editing.save(await readDocument('the text', text));
    } catch (error) {
      if (!(error instanceof CliFailure) || !isInteractive(terminal)) throw error;
      terminal.stderr.write(renderFailure(error.parts));
      const answer = await askLine(terminal, 'Edit it again? [Y/n] ');
      if (answer === undefined || /^n/i.test(answer)) throw error;
    }
  }
}

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
