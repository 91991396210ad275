import type { Sealer } from '../../../platform/sealing.ts';
import { canonicalJson } from '../description/canonical-json.ts';

/** The name of a request, keyed: who asks again with the same words is recognised by it. */
export const digestOfRequest = (sealer: Sealer, given: unknown): string => sealer.digest(canonicalJson(given));
