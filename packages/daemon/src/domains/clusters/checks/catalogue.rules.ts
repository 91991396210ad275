import type { Check } from './check.ts';
import { applicationChecks } from './of-files/application-checks.rules.ts';
import { requestChecks } from './of-files/request-checks.rules.ts';
import { networkChecks } from './of-networks/network-checks.rules.ts';
import { reachabilityChecks } from './of-networks/reachability-checks.rules.ts';
import { clockChecks } from './of-servers/clock-checks.rules.ts';
import { identityChecks } from './of-servers/identity-checks.rules.ts';
import { incusChecks } from './of-servers/incus-checks.rules.ts';
import { securityChecks } from './of-servers/security-checks.rules.ts';
import { serverChecks } from './of-servers/server-checks.rules.ts';
import { serviceChecks } from './of-servers/service-checks.rules.ts';
import { storageChecks } from './of-servers/storage-checks.rules.ts';
import { updateChecks } from './of-servers/update-checks.rules.ts';

/** All checks of a creation, in the order in which they are told: `docs/generated/checks.md`. */
export const catalogue: readonly Check[] = [
  ...requestChecks,
  ...reachabilityChecks,
  ...identityChecks,
  ...serverChecks,
  ...clockChecks,
  ...networkChecks,
  ...incusChecks,
  ...storageChecks,
  ...serviceChecks,
  ...applicationChecks,
  ...updateChecks,
  ...securityChecks,
];
