import type { Call } from './call.ts';
import { type Argument, type Command, defineCommand, showNothing } from './command.ts';
import { editDocument } from './edit-document.ts';

export const editDetail =
  'Opens $VISUAL or $EDITOR, or reads YAML from stdin if that is no terminal. Keys that are left out stay as they are.';

/** `NOUN edit NAME` for an object of the daemon. */
export const defineEdit = (spec: {
  path: readonly string[];
  about: string;
  /** The object in examples, and what its name is called. */
  sample: string;
  argument: [name: string, argument: Argument];
  keys: readonly string[];
  load: (call: Call<unknown, unknown>, name: string) => Promise<Record<string, unknown>>;
  /** What was typed is checked by the daemon, whose answer names the field. */
  save: (call: Call<unknown, unknown>, name: string, document: Record<string, unknown>) => Promise<unknown>;
}): Command => {
  const words = `operations-center ${spec.path.join(' ')} ${spec.sample}`;
  const [name, argument] = spec.argument;
  return defineCommand({
    path: spec.path,
    about: spec.about,
    detail: editDetail,
    examples: [words, `${words} < ${spec.path.at(-2) ?? 'document'}.yaml`],
    args: { [name]: argument },
    options: {},
    run: async (call) => {
      const named = String(call.args[name]);
      await editDocument(call, {
        keys: spec.keys,
        load: () => spec.load(call, named),
        save: async (document) => void (await spec.save(call, named, document)),
      });
    },
    show: showNothing,
  });
};
