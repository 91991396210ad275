import type { ServerAnswer } from '@operations-center/contract';

/** OC's YAML of hardware differs from its JSON: one level more, and the load's keys in small letters. */
export function yamlShape(server: ServerAnswer): ServerAnswer {
  const { load, ...hardware } = server.hardware_data;
  const lower =
    typeof load === 'object' && load !== null
      ? Object.fromEntries(Object.entries(load).map(([key, value]) => [key.toLowerCase(), value]))
      : load;
  const { serial, ...before } = hardware;
  return { ...server, hardware_data: { resources: { ...before, load: lower, serial } } };
}
