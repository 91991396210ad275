/** An id that is taken: configured on a machine, or allotted to it. */
export type LvmId = { machine: string; id: number; server: string; held_by: string | null; changed_at: number };

/** How a machine's service lvm looks; `id` 0 = none. */
export type LvmSeen = { machine: string; server: string; enabled: boolean; id: number };

export type Allotment = { machine: string; server: string; id: number };
