/** Reads rows of the daemon's database, whichever it is. */
export type Query = <Row>(text: string) => Row[] | Promise<Row[]>;

/**
 * What no operation that is over may leave behind, by a name a person understands. `?` stands for the name of the
 * cluster. Inventory, warnings and the history of operations stay on purpose.
 */
const always: Record<string, string> = {
  'open operations': 'select id from operations where outcome is null',
  claims: 'select claim from operation_claims',
  'application backups': 'select server from application_backups',
  'servers being formed': 'select name from servers where forming_cluster is not null',
  'lvm ids held': 'select machine from lvm_ids where held_by is not null',
  'pending clusters': "select name from clusters where status = 'pending'",
  'mesh ids of nobody': 'select id from mesh_ids where cluster not in (select id from clusters)',
  'artifacts of nobody': 'select name from cluster_artifact_files where cluster not in (select id from clusters)',
  'inputs of nobody': 'select cluster from cluster_inputs where cluster not in (select id from clusters)',
};

const ofNobody: Record<string, string> = {
  'cluster rows': "select name from clusters where name = '?'",
  'servers of the cluster': "select name from servers where cluster = '?'",
  'cluster certificates of servers':
    "select name from servers where cluster_fingerprint is not null and (cluster is null or cluster = '?')",
};

/** Every row that is left of a creation that came to this end, as `what: how many`. */
export async function findRowsLeft(query: Query, cluster: string, outcome: string): Promise<string[]> {
  const wanted = { ...always, ...(outcome === 'finished' ? {} : ofNobody) };
  const left: string[] = [];
  for (const [what, text] of Object.entries(wanted)) {
    const rows = await query<object>(text.replaceAll('?', cluster));
    if (rows.length > 0) left.push(`${what}: ${rows.map((row) => Object.values(row)[0]).join(', ')}`);
  }
  return left;
}
