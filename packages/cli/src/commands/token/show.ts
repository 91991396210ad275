import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { fieldLines } from '../../output/fields.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { tokenColumns } from './token-columns.ts';

export const tokenShow = defineCommand({
  path: ['provisioning', 'token', 'show'],
  about: 'Show a registration token',
  examples: ['operations-center provisioning token show 7533dc28-2935-4a0c-8c6d-8686b01d3a72'],
  args: { uuid: required('Its UUID', { names: 'tokens' }) },
  options: { format: showFormat },
  run: ({ api, args }) => api.ask('token_show', { params: { uuid: args.uuid } }),
  show: (token, { options }) =>
    showObject(token, options.format, () =>
      fieldLines(tokenColumns.map((column) => [column.header, column.value(token)])),
    ),
});
