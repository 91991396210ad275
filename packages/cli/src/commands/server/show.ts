import type { ServerAnswer } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { flag, required } from '../../options.ts';
import { block, fieldLines } from '../../output/fields.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { propertyLines } from '../../output/properties.ts';
import { showTime } from '../../output/time.ts';
import { writeYaml } from '../../output/yaml.ts';
import { statusText } from './server-columns.ts';
import { recommendedAction, updateState } from './update-state.ts';
import { yamlShape } from './yaml-shape.ts';

export const serverShow = defineCommand({
  path: ['provisioning', 'server', 'show'],
  about: 'Show a server',
  examples: [
    'operations-center provisioning server show server1',
    'operations-center provisioning server show server1 --resources',
    'operations-center provisioning server show server1 -f yaml',
  ],
  args: { name: required('Its name', { names: 'servers' }) },
  options: {
    format: showFormat,
    properties: flag('Show its properties, too'),
    resources: flag('Show its hardware, too'),
    'os-data': flag('Show what IncusOS says about itself, too'),
    'version-data': flag('Show its versions, too'),
    'bmc-data': flag('Show what its management controller says, too'),
  },
  run: ({ api, args }) => api.ask('server_show', { params: { name: args.name } }),
  show: (server, { options }) =>
    showObject(options.format === 'yaml' ? yamlShape(server) : server, options.format, () =>
      [
        serverText(server),
        options.properties ? propertyLines(server.properties) : '',
        options.resources ? section('Resources', server.hardware_data) : '',
        options['os-data'] ? section('OS Data', server.os_data) : '',
        options['version-data'] ? section('Version Data', server.version_data) : '',
        options['bmc-data'] ? section('BMC Data', server.bmc_data) : '',
      ].join(''),
    ),
});

const section = (name: string, value: unknown): string => block(name, writeYaml(value, 2));

function serverText(server: ServerAnswer): string {
  const bmc = (name: string): string => (typeof server.bmc_config[name] === 'string' ? server.bmc_config[name] : '');
  return [
    fieldLines([
      ['Cluster', server.cluster],
      ['Name', server.name],
      ['Connection URL', server.connection_url],
      ['Description', server.description],
      ['Public Connection URL', server.public_connection_url],
    ]),
    block('Certificate', server.certificate),
    fieldLines([
      ['Certificate Fingerprint', server.fingerprint],
      ['Type', server.server_type],
      ['Channel', server.channel],
      ['BMC API Type', bmc('api_type')],
      ['BMC Endpoint', bmc('endpoint')],
      ['BMC Username', bmc('username')],
      ['System UUID', server.system_uuid ?? ''],
      ['Machine ID', server.machine_id ?? ''],
      ['Status', statusText(server)],
      ...(server.server_status_reason ? ([['Status Reason', server.server_status_reason]] as const) : []),
      ['Update Status', updateState(server)],
      ['Last Updated', showTime(server.last_updated)],
      ['Last Seen', showTime(server.last_seen)],
      ['Recommended Action', recommendedAction(server)],
      ...(server.conflicts_with ? ([['Conflicts With', server.conflicts_with]] as const) : []),
    ]),
  ].join('');
}
