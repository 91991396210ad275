import type { Explanation } from './explanations.ts';

/** Where an answer of ours differs from the one OC 0.8.1 gave, and why. */

/** Of a file of the artifact, alone and in the list. */
const places = (...files: readonly string[]): string =>
  files.flatMap((file) => [`metadata.files.${file}`, `metadata.terraform-configuration.files.${file}`]).join('|');

const ourAdditions: readonly Explanation[] = [
  {
    exchange: 'root-api',
    at: 'metadata.api_extensions|metadata.daemon',
    kind: 'extra',
    why: 'says what we can beyond OC; its clients ignore fields they do not know',
  },
  {
    exchange: 'system-security',
    at: 'metadata.redact',
    kind: 'extra',
    why: 'a setting that OC does not have: whether secrets are shown to who has full rights',
  },
  {
    exchange: 'inventory-*',
    at: 'headers.etag',
    kind: 'extra',
    why: 'lists and objects of the inventory have a tag, so that a client which looks often is told that nothing changed',
  },
  {
    exchange: 'system-settings',
    at: 'metadata.replace_silent_servers|metadata.operations_kept_days|metadata.operations_kept|metadata.audit_kept_days|metadata.inventory_kept_days|metadata.inventory_kept_mib',
    kind: 'extra',
    why: 'settings that OC does not have: who may take the place of a silent server, how long operations, the audit and the inventory of before are kept',
  },
  {
    exchange: 'clusters-artifacts|clusters-artifacts-1',
    at: 'metadata./1_0/provisioning/clusters/cluster01/artifacts/*|metadata.inputs|metadata.plan',
    kind: 'extra',
    why: 'two artifacts that OC does not have: what was asked for, and what was done',
  },
  {
    exchange: 'clusters-artifacts-1|clusters-artifact',
    at: places('terraform_tfstate'),
    kind: 'extra',
    why: 'the stand-in for tofu behind the recording wrote no state; OC does, and so do we',
  },
  {
    exchange: 'clusters-artifacts-1|clusters-artifact',
    at: places(
      'data_cluster_tf.size',
      'providers_tf.size',
      'resources_networks_tf.size',
      'resources_storage_pools_tf.size',
    ),
    kind: 'value',
    why: 'remarks and texts in our own words; the code is the same (make-terraform.test.ts compares it)',
  },
  {
    exchange: 'clusters-artifacts-1|clusters-artifact',
    at: places('resources_server_tf.size'),
    kind: 'value',
    why: 'the stand-in for Incus behind the recording told of no keys of single members, so all stood in one map there',
  },
];

const ourChoices: readonly Explanation[] = [
  {
    exchange: 'system-updates',
    at: 'metadata.source|metadata.signature_verification_root_ca',
    kind: 'value',
    why: 'no update source is preset: nothing is fetched that nobody asked for',
  },
  {
    exchange: 'servers-rename',
    at: 'request.path',
    kind: 'request',
    why: 'OC lets a server be called ":odd", which its own routes then shadow; we refuse a leading colon',
  },
  {
    exchange: 'templates-delete',
    at: 'request.path',
    kind: 'request',
    why: 'OC lets a template be renamed to "a:b", a name that it refuses when one is made; we refuse it both times',
  },
  {
    exchange: 'servers-list',
    at: 'metadata./1_0/provisioning/servers/operations-center$',
    kind: 'missing',
    why: 'OC enters itself as a server on every change of its network settings, on IncusOS or not; we run beside no IncusOS here',
  },
  { exchange: 'servers-list-1', at: 'metadata.operations-center$', kind: 'missing', why: 'as in the list of URLs' },
];

const notBuilt: readonly Explanation[] = [
  {
    exchange: 'channels-get',
    at: 'request.path|metadata.name|metadata.description',
    kind: ['request', 'value'],
    why: 'channels cannot be made yet, so the preset one is asked for',
  },
  {
    exchange: 'end-delete-reset',
    at: 'http_status|type|status|status_code|error_code|error|metadata$|code|hint|details$|request_id',
    kind: ['value', 'type', 'extra'],
    why: 'the factory reset of members is not built yet; it is refused, with what to do instead',
  },
  {
    exchange: 'updates-list',
    at: 'metadata.*$',
    kind: 'missing',
    why: 'updates are not fetched yet; the shape is held in domains/servers/recorded.test.ts, with rows put there',
  },
  { exchange: 'updates-list-1', at: 'metadata.*$', kind: 'missing', why: 'as in the list of URLs' },
  {
    exchange: 'servers-get|servers-list-1',
    at: [
      'metadata.version_data.os.available_version',
      'metadata.*.version_data.os.available_version',
      'metadata.version_data.applications.incus.available_version',
      'metadata.*.version_data.applications.incus.available_version',
    ].join('|'),
    kind: 'missing',
    why: 'available_version: our channel holds no update, so nothing is available',
  },
  {
    exchange: 'warnings-list',
    at: 'metadata.1$',
    kind: 'missing',
    why: 'OC warns of missing update details, which belong to updates; only the conflict of ids is there to be shown',
  },
  {
    exchange: 'warnings-list|warnings-get',
    at: 'metadata.*.scope|metadata.scope|metadata.*.type|metadata.type|metadata.*.messages|metadata.messages|metadata.*.count|metadata.count',
    kind: 'value',
    why: 'another warning, for the same reason: a conflict of ids, once',
  },
];

const shownServer = 'servers-get|servers-list-1';
const of = (document: string): string => `metadata.${document}|metadata.*.${document}`;
const machine = 'a fact of the simulated machine, kept as the server told it';

const machines: readonly Explanation[] = [
  {
    exchange: 'register-register',
    at: 'request.body',
    kind: 'request',
    why: 'the ids of the simulated machine; it has registered by itself, so this is the same registration again',
  },
  { exchange: shownServer, at: `${of('system_uuid')}|${of('machine_id')}`, kind: 'value', why: machine },
  { exchange: shownServer, at: of('hardware_data.cpu.sockets'), kind: ['extra', 'missing'], why: machine },
  { exchange: shownServer, at: of('hardware_data.storage.disks'), kind: ['extra', 'value'], why: machine },
  { exchange: shownServer, at: of('hardware_data'), kind: 'value', why: machine },
  { exchange: shownServer, at: of('hardware_data.system.motherboard'), kind: 'type', why: machine },
  { exchange: shownServer, at: of('os_data'), kind: 'value', why: machine },
  {
    exchange: shownServer,
    at: of('os_data.security.state.encrypted_volumes'),
    kind: 'extra',
    why: 'the simulated IncusOS encrypts its swap, as the real one',
  },
  { exchange: shownServer, at: of('os_data.security.state.pool_recovery_keys'), kind: 'extra', why: machine },
  { exchange: shownServer, at: of('os_data.security.state.secure_boot_certificates'), kind: 'extra', why: machine },
  {
    exchange: shownServer,
    at: of('os_data.storage.state'),
    kind: 'extra',
    why: 'more drives, and fields of a newer IncusOS (root_partition, managed): documents are kept whole, unknown fields too',
  },
  {
    exchange: shownServer,
    at: of('os_data.network.config.interfaces.eth0$'),
    kind: 'order',
    why: 'kept in the order in which the server told it; OC writes it anew in its own',
  },
  { exchange: shownServer, at: of('version_data.applications.incus.friendly_version'), kind: 'value', why: machine },
];

const everyObject = (kind: string): string => `inventory-${kind}-get|inventory-${kind}-1`;
const inObject = (...fields: string[]): string =>
  fields.map((field) => `metadata.object.${field}|metadata.*.object.${field}`).join('|');
const fieldsOfObject = 'metadata.object$|metadata.*.object$';
const standIn =
  'behind the recordings stood fixed objects; here a simulated Incus makes them and they live (the end state of a real one: explained-state.ts)';

const inventoryLists: readonly Explanation[] = [
  {
    exchange: 'inventory-images|inventory-images-1',
    at: 'metadata.*$',
    kind: ['missing', 'extra'],
    why: 'the fingerprint of an image names it, and the simulated Incus makes its own',
  },
  {
    exchange: 'inventory-images-get|inventory-images-resync',
    at: 'request.path',
    kind: 'request',
    why: 'for the same reason its UUID is another one',
  },
  {
    exchange:
      'inventory-networks|inventory-networks-1|inventory-profiles|inventory-profiles-1|inventory-projects|inventory-projects-1',
    at: 'metadata.*$',
    kind: 'extra',
    why: 'a creation makes the project "internal" with its network and profile, and Incus a profile in "blue"; the stand-in had none of them',
  },
  {
    exchange: 'inventory-storage_volumes|inventory-storage_volumes-1',
    at: 'metadata.*$',
    kind: 'extra',
    why: 'the root disks of the three instances; the stand-in had none',
  },
  {
    exchange: 'inventory-instances|inventory-networks|inventory-profiles|inventory-projects|inventory-storage_volumes',
    at: 'metadata$',
    kind: 'order',
    why: 'URLs stand in the order in which Incus told the objects, in OC too; this Incus has another order',
  },
];

const goMap = 'a map: Go sorts its keys, the simulated Incus tells them as they were written';

const inventoryObjects: readonly Explanation[] = [
  { exchange: 'inventory-images-get', at: 'metadata.uuid|metadata.name', kind: 'value', why: 'its fingerprint' },
  { exchange: 'inventory-images-get', at: 'metadata.object', kind: ['value', 'missing'], why: standIn },
  { exchange: 'inventory-images-get', at: fieldsOfObject, kind: 'order', why: standIn },
  {
    exchange: everyObject('instances'),
    at: inObject('config', 'expanded_devices'),
    kind: 'order',
    why: goMap,
  },
  {
    exchange: everyObject('instances'),
    at: inObject('config', 'created_at', 'last_used_at', 'state'),
    kind: 'value',
    why: standIn,
  },
  { exchange: everyObject('instances'), at: inObject('state.disk'), kind: 'missing', why: standIn },
  {
    exchange: everyObject('instances'),
    at: inObject('devices', 'expanded_config'),
    kind: 'extra',
    why: 'made with a root disk of its own; Incus shows its volatile keys in both maps',
  },
  {
    exchange: `${everyObject('instances')}|${everyObject('profiles')}`,
    at: inObject('expanded_devices', 'devices.eth0'),
    kind: 'missing',
    why: 'the default profile that OC and we make has no name in its NIC, and "blue" has none at all (oc-cluster-state.json)',
  },
  {
    exchange: `${everyObject('instances')}|${everyObject('storage_*')}`,
    at: inObject('backups', 'snapshots'),
    kind: 'type',
    why: 'real Incus 7.0.2 answers [] here, the stand-in had null (oc-cluster-state.json)',
  },
  { exchange: everyObject('network_integrations'), at: fieldsOfObject, kind: 'order', why: standIn },
  { exchange: everyObject('network_load_balancers'), at: inObject('location'), kind: 'value', why: standIn },
  {
    exchange: everyObject('network_peers'),
    at: inObject('status'),
    kind: 'value',
    why: 'a peering stands when the other network has one back; this one has none',
  },
  { exchange: everyObject('network_peers'), at: fieldsOfObject, kind: 'order', why: standIn },
  {
    exchange: everyObject('networks'),
    at: inObject('config'),
    kind: ['value', 'extra'],
    why: 'subnets that Incus draws by lot',
  },
  {
    exchange: `${everyObject('networks')}|${everyObject('profiles')}`,
    at: inObject('description'),
    kind: 'value',
    why: 'the descriptions that a creation writes, as OC does (oc-cluster-state.json)',
  },
  {
    exchange: everyObject('profiles'),
    at: inObject('devices'),
    kind: 'order',
    why: goMap,
  },
  {
    exchange: everyObject('projects'),
    at: inObject('config'),
    kind: 'extra',
    why: 'the features that Incus gives every project (oc-cluster-state.json)',
  },
  {
    exchange: everyObject('storage_buckets'),
    at: inObject('s3_url', 'keys'),
    kind: 'value',
    why: 'keys are made by lot; the simulated Incus has no S3 listener, and says so with an empty URL',
  },
  {
    exchange: everyObject('storage_pools'),
    at: inObject('config.source'),
    kind: 'missing',
    why: 'the source is a matter of each member, so Incus leaves it out where no member is asked for (oc-cluster-state.json)',
  },
  { exchange: everyObject('storage_volumes'), at: inObject('created_at', 'state'), kind: 'value', why: standIn },
  {
    exchange: 'inventory-*',
    at: inObject('used_by'),
    kind: ['extra', 'missing'],
    why: 'who uses an object follows from what else is there; the stand-in had fixed lists',
  },
];

/** The same objects once more, all kinds in one answer: explained are those that there are, and what is in them. */
const inventoryAggregate: readonly Explanation[] = [
  {
    exchange: 'inventory-query',
    // Names of zones and addresses have dots.
    at: 'metadata.*.*.*.object|metadata.*.*.*.*.*.object|metadata.*.*.*.*.*.*.object',
    kind: ['value', 'missing', 'extra', 'order', 'type'],
    why: 'the objects are compared, and their differences explained, in the lists of their kinds',
  },
  {
    exchange: 'inventory-query',
    at: 'metadata.*.networks.*$|metadata.*.profiles.*$|metadata.*.projects.*$',
    kind: 'extra',
    why: 'a creation makes the project "internal" with its network and profile, and Incus a profile in "blue"; the stand-in had none of them',
  },
  {
    exchange: 'inventory-query',
    at: 'metadata.*.storage_volumes.*$',
    kind: 'extra',
    why: 'the root disks of the three instances; the stand-in had none',
  },
  { exchange: 'inventory-query', at: 'metadata.*.images.*.name', kind: 'value', why: 'its fingerprint' },
];

export const explainedAnswers: readonly Explanation[] = [
  ...ourAdditions,
  ...ourChoices,
  ...notBuilt,
  ...machines,
  ...inventoryLists,
  ...inventoryObjects,
  ...inventoryAggregate,
];
