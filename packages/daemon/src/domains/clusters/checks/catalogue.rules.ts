import { applicationChecks } from './application-checks.rules.ts';
import type { Check } from './check.ts';
import { clockChecks } from './clock-checks.rules.ts';
import { identityChecks } from './identity-checks.rules.ts';
import { incusChecks } from './incus-checks.rules.ts';
import { networkChecks } from './network-checks.rules.ts';
import { reachabilityChecks } from './reachability-checks.rules.ts';
import { requestChecks } from './request-checks.rules.ts';
import { securityChecks } from './security-checks.rules.ts';
import { serverChecks } from './server-checks.rules.ts';
import { serviceChecks } from './service-checks.rules.ts';
import { storageChecks } from './storage-checks.rules.ts';
import { updateChecks } from './update-checks.rules.ts';

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
