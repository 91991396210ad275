import type { Warning } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { required } from '../../options.ts';
import { fieldLines } from '../../output/fields.ts';
import { type Column, listFormat, showFormat, showList, showObject } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';

const warningColumns: readonly Column<Warning>[] = [
  { header: 'UUID', value: (warning) => warning.uuid },
  { header: 'Status', value: (warning) => warning.status },
  { header: 'Scope', value: (warning) => warning.scope.scope },
  { header: 'Entity Type', value: (warning) => warning.scope.entity_type },
  { header: 'Entity', value: (warning) => warning.scope.entity },
  { header: 'Type', value: (warning) => warning.type, free: true },
  { header: 'Last Updated', value: (warning) => showTime(warning.last_updated) },
  { header: 'Num Messages', value: (warning) => String(warning.messages.length) },
  { header: 'Count', value: (warning) => String(warning.count) },
];

export const warningList = defineCommand({
  path: ['warning', 'list'],
  about: 'List the warnings',
  examples: ['operations-center warning list'],
  args: {},
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no warning',
    from: 'Nothing needs to be looked at.',
  },
  run: ({ api }) => api.ask('warnings_list'),
  show: (warnings, { options, terminal }) =>
    showList(warnings, warningColumns, options.format, terminalWidth(terminal)),
});

export const warningShow = defineCommand({
  path: ['warning', 'show'],
  about: 'Show a warning with its messages',
  examples: ['operations-center warning show 6e2d2970-226a-4c83-8d3f-ba66d81b2695'],
  args: { uuid: required('Its UUID', { names: 'warnings' }) },
  options: { format: showFormat },
  run: ({ api, args }) => api.ask('warning_show', { params: { uuid: args.uuid } }),
  show: (warning, { options }) => showObject(warning, options.format, () => warningText(warning)),
});

export const warningAcknowledge = defineCommand({
  path: ['warning', 'acknowledge'],
  aliases: ['ack'],
  about: 'Say that a warning was seen',
  examples: ['operations-center warning acknowledge 6e2d2970-226a-4c83-8d3f-ba66d81b2695'],
  args: { uuid: required('Its UUID', { names: 'warnings' }) },
  options: {},
  run: async ({ api, args }) => {
    await api.ask('warning_update', { params: { uuid: args.uuid }, body: { status: 'acknowledged' } });
  },
  show: showNothing,
});

const warningText = (warning: Warning): string =>
  [
    fieldLines([
      ['UUID', warning.uuid],
      ['Status', warning.status],
      ['Scope', warning.scope.scope],
      ['Entity Type', warning.scope.entity_type],
      ['Entity', warning.scope.entity],
      ['Type', warning.type],
      ['First Occurrence', showTime(warning.first_occurrence)],
      ['Last Occurrence', showTime(warning.last_occurrence)],
      ['Last Updated', showTime(warning.last_updated)],
    ]),
    `Messages:\n${warning.messages.map((message) => `  - ${message}\n`).join('')}`,
    `Count: ${warning.count}\n`,
  ].join('');
