import type { Session } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { type Command, defineCommand, showNothing } from '../../command.ts';
import { loadRemotes } from '../../configuration/remotes.ts';
import { CliFailure } from '../../failures/failure.ts';
import { flag, required } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { requireExtension } from '../../require-extension.ts';
import { openBrowser, whyNoBrowser } from './open-browser.ts';

const uiOpen = defineCommand({
  path: ['ui'],
  about: 'Sign a browser in to the web UI',
  detail:
    'Makes a link that signs one browser in, once, within two minutes, with your rights; prints it, and opens it where there is a display. The browser stays signed in for seven days, or until it asked for nothing for twelve hours.',
  examples: ['operations-center ui', 'operations-center ui --print'],
  args: {},
  options: { print: flag('Only print the link') },
  run: async ({ api, options, terminal, globals, places }) => {
    await requireExtension(api, 'ui', 'the web UI');
    const { path, address } = await api.ask('sign_in_link');
    const { default_remote: selected, remotes } = await loadRemotes(places.configuration);
    // Where we reach a remote ourselves, its browser does, too.
    const base = (globals.forceLocal ? undefined : remotes[selected]?.addr) ?? address;
    if (base === '') throw listensNowhere();
    const link = `${base.replace(/\/+$/, '')}${path}`;
    const why = options.print ? undefined : whyNoBrowser(terminal);
    if (!options.print && why === undefined && (await openBrowser(link))) return link;
    if (!options.print && !globals.quiet)
      terminal.stderr.write(`Open this in a browser, within two minutes (${why ?? 'none could be opened'}):\n`);
    return link;
  },
  show: (link) => `${link}\n`,
});

const listensNowhere = (): CliFailure =>
  new CliFailure({
    what: 'the daemon listens on its socket only, which no browser can open',
    why: 'Its network settings have no address.',
    fix: 'Give it one: operations-center system network edit, or start it with --listen ADDRESS:7443.',
    code: 'ui_not_reachable',
  });

const columns: readonly Column<Session>[] = [
  { header: 'Id', value: ({ id }) => id },
  { header: 'Address', value: ({ address }) => address },
  { header: 'Browser', value: ({ agent }) => agent, free: true },
  { header: 'Made By', value: ({ made_by }) => (made_by === 'unix' ? made_by : made_by.slice(0, 12)) },
  { header: 'Last Seen', value: ({ seen_at }) => showTime(seen_at) },
  { header: 'Expires', value: ({ expires_at }) => showTime(expires_at) },
];

const sessionList = defineCommand({
  path: ['session', 'list'],
  about: 'List the browsers that are signed in',
  examples: ['operations-center session list', 'operations-center session list -f json'],
  args: {},
  options: { format: listFormat },
  whenEmpty: { none: 'No browser is signed in', from: 'Sign one in: operations-center ui.' },
  run: async ({ api }) => {
    await requireExtension(api, 'ui', 'the web UI');
    return api.ask('sessions_list');
  },
  show: (sessions, { options, terminal }) => showList(sessions, columns, options.format, terminalWidth(terminal)),
});

const sessionRemove = defineCommand({
  path: ['session', 'remove'],
  about: 'Sign a browser out, at once',
  examples: ['operations-center session remove 6e2d2970-226a-4c83-8d3f-ba66d81b2695'],
  args: { id: required('Its id') },
  options: {},
  run: async ({ api, args }) => {
    await requireExtension(api, 'ui', 'the web UI');
    await api.ask('session_delete', { params: { id: args.id } });
  },
  show: showNothing,
});

export const uiCommands: readonly Command[] = [uiOpen, sessionList, sessionRemove];
