import { terminalWidth } from '../../../call.ts';
import type { Option } from '../../../command.ts';
import { type Command, defineCommand, showNothing } from '../../../command.ts';
import { editDocument } from '../../../edit-document.ts';
import { CliFailure, UsageFailure } from '../../../failures/failure.ts';
import { listFormat, showList } from '../../../output/list.ts';
import { sortKeys } from '../../../output/sort-keys.ts';
import { writeYaml } from '../../../output/yaml.ts';
import { askOs } from './ask-os.ts';
import { readServer, readThing, serverArgument, thingArgument } from './os-target.ts';

const base = ['provisioning', 'server', 'os'];
const line = (words: readonly string[], rest: string): string => `operations-center ${words.join(' ')} ${rest}`;

/** `-f` of what IncusOS shows: YAML unless told otherwise, as OC has it here. */
const osFormat: Option<'yaml' | 'json'> = {
  about: 'Format: yaml or json',
  kind: 'value',
  short: 'f',
  placeholder: 'format',
  initial: 'yaml',
  initialText: 'yaml',
  read: (typed) => {
    if (typed === 'json' || typed === 'yaml') return typed;
    throw new UsageFailure(`"${typed}" is no format`, 'One of: yaml, json.');
  },
  required: false,
  choices: ['yaml', 'json'],
};

const showDocument = (value: unknown, format: 'yaml' | 'json'): string =>
  format === 'json' ? `${JSON.stringify(sortKeys(value), null, 4)}\n` : writeYaml(sortKeys(value), 2);

/** A document of the server itself: `system network show server1:`. */
export const showOf = (words: readonly string[], path: string, about: string): Command => {
  const own = [...base, ...words, 'show'];
  return defineCommand({
    path: own,
    about: `Show ${about}`,
    examples: [line(own, 'server1:'), line(own, 'server1: -f json')],
    args: { server: serverArgument },
    options: { format: osFormat },
    run: ({ api, args }) => askOs(api, readServer(args.server, own), { method: 'GET', path }),
    show: (document, { options }) => showDocument(document, options.format),
  });
};

const editDetail =
  'Opens $VISUAL or $EDITOR, or reads YAML from stdin if that is no terminal. What stands under "config" takes the\n' +
  'place of all that was there; "state" may stand beside it and is ignored.';

export const editOf = (words: readonly string[], path: string, about: string): Command => {
  const own = [...base, ...words, 'edit'];
  return defineCommand({
    path: own,
    about: `Change ${about}`,
    detail: editDetail,
    examples: [line(own, 'server1:'), line(own, `server1: < ${words.at(-1)}.yaml`)],
    args: { server: serverArgument },
    options: {},
    run: (call) => editConfig(call, readServer(call.args.server, own), path),
    show: showNothing,
  });
};

/** Things of one sort on a server: `service list|show|edit`. */
export function collectionOf(thing: string, path: string): Command[] {
  const named = (typed: string, words: readonly string[]) => {
    const { server, name } = readThing(typed, thing, words);
    return { server, path: `${path}/${encodeURIComponent(name)}` };
  };
  const [list, show, edit] = ['list', 'show', 'edit'].map((verb) => [...base, thing, verb]) as [
    string[],
    string[],
    string[],
  ];
  const sample = thing === 'service' ? 'lvm' : 'incus';
  return [
    defineCommand({
      path: list,
      aliases: ['ls'],
      about: `List the ${thing}s of a server's IncusOS`,
      examples: [line(list, 'server1:')],
      args: { server: serverArgument },
      options: { format: listFormat },
      whenEmpty: { none: `The server has no ${thing}`, from: 'Its IncusOS names none.' },
      run: async ({ api, args }) => namesOf(await askOs(api, readServer(args.server, list), { method: 'GET', path })),
      show: (names, { options, terminal }) =>
        showList(names, [{ header: 'NAME', value: (name) => name }], options.format, terminalWidth(terminal)),
    }),
    defineCommand({
      path: show,
      about: `Show ${articleOf(thing)} ${thing} of a server's IncusOS`,
      examples: [line(show, `server1:${sample}`), line(show, `server1:${sample} -f json`)],
      args: { [thing]: thingArgument(thing) },
      options: { format: osFormat },
      run: ({ api, args }) => {
        const { server, path } = named(String(args[thing]), show);
        return askOs(api, server, { method: 'GET', path });
      },
      show: (document, { options }) => showDocument(document, options.format),
    }),
    defineCommand({
      path: edit,
      about: `Change ${articleOf(thing)} ${thing} of a server's IncusOS`,
      detail: editDetail,
      examples: [line(edit, `server1:${sample}`), line(edit, `server1:${sample} < ${sample}.yaml`)],
      args: { [thing]: thingArgument(thing) },
      options: {},
      run: (call) => {
        const { server, path } = named(String(call.args[thing]), edit);
        return editConfig(call, server, path);
      },
      show: showNothing,
    }),
  ];
}

const articleOf = (thing: string): string => (/^[aeiou]/.test(thing) ? 'an' : 'a');

/** IncusOS lists URLs; OC's command shows them as they are, so that no other command takes what this one prints. */
function namesOf(metadata: unknown): string[] {
  if (!Array.isArray(metadata))
    throw new CliFailure({
      what: 'the list of IncusOS is none',
      fix: 'Its IncusOS may be newer than this program: ask it by operations-center query.',
      code: 'answer_unreadable',
    });
  return metadata.map((url) => decodeURIComponent(String(url).split('/').at(-1) ?? ''));
}

async function editConfig(call: Parameters<typeof editDocument>[0], server: string, path: string): Promise<void> {
  const { api } = call;
  await editDocument(call, {
    load: async () => {
      const document = await askOs(api, server, { method: 'GET', path });
      const { config = {} } = { ...(document as { config?: unknown } | null) }; // nothing is expected of the rest
      return { config: sortKeys(config), state: null };
    },
    keys: ['config'],
    save: async ({ config }) => {
      await askOs(api, server, { method: 'PUT', path, body: { config } });
    },
  });
}
