/** Where we differ from OC 0.8.1, each with its reason; a test holds the contract against OC's published routes. */

/**
 * `METHOD PATH < field` (or `*`) that OC publishes as taken, `METHOD PATH > field` that it answers, and why it is not in
 * our contract. Unknown fields of a body pass and are dropped, so a client that sends these is still served.
 */
export const explainedFields: Readonly<Record<string, string>> = {
  'PUT /1.0/provisioning/tokens/{uuid} < uuid': 'OC ignores it too: the UUID is in the path',
  'POST /1.0/provisioning/servers/{name} < *':
    'a rename; OC too reads only `name` of the whole object that it publishes',
  'POST /1.0/provisioning/clusters/{name} < *':
    'a rename; OC too reads only `name` of the whole object that it publishes',
  'POST /1.0/provisioning/cluster-templates/{name} < *':
    'a rename; OC too reads only `name` of the whole object that it publishes',
  'POST /1.0/provisioning/clusters < certificate':
    'an answer field of the published object; OC ignores it in a creation',
  'POST /1.0/provisioning/clusters < fingerprint':
    'an answer field of the published object; OC ignores it in a creation',
  'POST /1.0/provisioning/clusters < last_updated':
    'an answer field of the published object; OC ignores it in a creation',
  'POST /1.0/provisioning/clusters < status': 'an answer field of the published object; OC ignores it in a creation',
  'POST /1.0/provisioning/clusters < update_status':
    'an answer field of the published object; OC ignores it in a creation',
};

const noIfMatch = 'no If-Match is checked here, by OC neither';
const nothingToRefuse = 'a GET without parameters has nothing that could be wrong';

/** `METHOD PATH STATUS` that OC documents and we never answer, and why. */
export const explainedStatuses: Readonly<Record<string, string>> = {
  'GET /1.0/provisioning/clusters/{clusterName}/artifacts 404':
    'an unknown cluster has an empty list, as OC answers it too',
  'GET /1.0/system/network 400': nothingToRefuse,
  'GET /1.0/system/security 400': nothingToRefuse,
  'GET /1.0/system/settings 400': nothingToRefuse,
  'GET /1.0/system/updates 400': nothingToRefuse,
  'PUT /1.0/provisioning/servers/:self 412': noIfMatch,
  'POST /1.0/provisioning/servers/:self_register 400': 'the body is ignored, as OC does',
  'POST /1.0/provisioning/servers/:self_register 412': noIfMatch,
  'DELETE /1.0/provisioning/cluster-templates/{name} 400': 'nothing stands in the way of deleting a template',
  'POST /1.0/provisioning/servers/{name}/:resync 400': 'there is no body',
  'POST /1.0/provisioning/servers/{name}/:resync 412': noIfMatch,
};

/** OC's routes that are not built yet. This list can only shrink. */
export const routesNotBuilt: readonly string[] = [
  'DELETE /1.0/image/incus/{name}',
  'DELETE /1.0/image/incus/{name}/{version}',
  'DELETE /1.0/images/incus/sources/{name}',
  'DELETE /1.0/provisioning/channels/{name}',
  'DELETE /1.0/provisioning/tokens/{uuid}/seeds/{name}',
  'DELETE /1.0/provisioning/updates',
  'GET /1.0/image/incus',
  'GET /1.0/image/incus/{name}',
  'GET /1.0/image/incus/{name}/{version}/{filename}',
  'GET /1.0/images/incus/sources',
  'GET /1.0/images/incus/sources/{name}',
  'GET /1.0/provisioning/channels/{name}/changelog',
  'GET /1.0/provisioning/servers/{name}/bmc/bios-attributes',
  'GET /1.0/provisioning/servers/{name}/bmc/bios-attributes/{attributeName}',
  'GET /1.0/provisioning/servers/{name}/bmc/logs',
  'GET /1.0/provisioning/servers/{name}/bmc/logs/{logSource}',
  'GET /1.0/provisioning/servers/{name}/changelog',
  'GET /1.0/provisioning/servers/{name}/system/network',
  'GET /1.0/provisioning/servers/{name}/system/storage',
  'GET /1.0/provisioning/servers/{name}/system/update',
  'GET /1.0/provisioning/tokens/{uuid}/image/{imageUUID}',
  'GET /1.0/provisioning/tokens/{uuid}/provider-config',
  'GET /1.0/provisioning/tokens/{uuid}/seeds',
  'GET /1.0/provisioning/tokens/{uuid}/seeds/{name}',
  'GET /1.0/provisioning/updates/{uuid}',
  'GET /1.0/provisioning/updates/{uuid}/changelog',
  'GET /1.0/provisioning/updates/{uuid}/files',
  'GET /1.0/provisioning/updates/{uuid}/files/{filename}',
  'GET /incus-images/streams/v1/images.json',
  'GET /incus-images/streams/v1/index.json',
  'POST /1.0/image/incus',
  'POST /1.0/images/incus/sources',
  'POST /1.0/images/incus/sources/{name}/:refresh',
  'POST /1.0/provisioning/channels',
  'POST /1.0/provisioning/clusters/{name}/:add-servers',
  'POST /1.0/provisioning/clusters/{name}/:bulk-update',
  'POST /1.0/provisioning/clusters/{name}/:cancel-operation',
  'POST /1.0/provisioning/clusters/{name}/:reboot',
  'POST /1.0/provisioning/clusters/{name}/:remove-servers',
  'POST /1.0/provisioning/clusters/{name}/:update',
  'POST /1.0/provisioning/servers/{name}/bmc/:apply-bios-attributes',
  'POST /1.0/provisioning/servers/{name}/bmc/:dump',
  'POST /1.0/provisioning/servers/{name}/bmc/:refresh',
  'POST /1.0/provisioning/servers/{name}/bmc/:server-locate',
  'POST /1.0/provisioning/servers/{name}/bmc/:server-power-off',
  'POST /1.0/provisioning/servers/{name}/bmc/:server-power-on',
  'POST /1.0/provisioning/servers/{name}/bmc/:server-restart',
  'POST /1.0/provisioning/servers/{name}/system/:evacuate',
  'POST /1.0/provisioning/servers/{name}/system/:factory-reset',
  'POST /1.0/provisioning/servers/{name}/system/:poweroff',
  'POST /1.0/provisioning/servers/{name}/system/:reboot',
  'POST /1.0/provisioning/servers/{name}/system/:restore',
  'POST /1.0/provisioning/servers/{name}/system/:update',
  'POST /1.0/provisioning/tokens/{uuid}/image',
  'POST /1.0/provisioning/tokens/{uuid}/seeds',
  'POST /1.0/provisioning/updates',
  'POST /1.0/provisioning/updates/:refresh',
  'POST /1.0/system/certificate',
  'POST /1.0/system/certificate/:renew',
  'PUT /1.0/image/incus/{name}',
  'PUT /1.0/images/incus/sources/{name}',
  'PUT /1.0/provisioning/channels/{name}',
  'PUT /1.0/provisioning/clusters/{name}/certificate',
  'PUT /1.0/provisioning/servers/{name}/system/network',
  'PUT /1.0/provisioning/servers/{name}/system/storage',
  'PUT /1.0/provisioning/servers/{name}/system/update',
  'PUT /1.0/provisioning/tokens/{uuid}/seeds/{name}',
  'PUT /1.0/provisioning/updates/{uuid}',
];
