import type { Cluster } from '@operations-center/contract';

/** JSON leaves out what is empty here; OC's YAML shows it. */
export function completeUpdateStatus<Value extends Cluster>(cluster: Value): Value {
  const { needs_update = [], needs_reboot = [], in_maintenance = [], in_progress_status } = cluster.update_status;
  const { in_progress, error, status_description, ...rest } = in_progress_status;
  const progress = { in_progress, error, status_description: status_description ?? null, ...rest };
  // Only for printing: null stands where the type says absent.
  const update_status = { needs_update, needs_reboot, in_maintenance, in_progress_status: progress };
  return { ...cluster, update_status: update_status as never };
}
