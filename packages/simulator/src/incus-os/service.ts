import type { Json, Shape } from './go-json.ts';
import type { IncusOs } from './incus-os.ts';

/** A host tool failed, or a check did: IncusOS answers 500 with this text. */
export class ServiceFailure extends Error {}

/** How one IncusOS service behaves; everything common is in services.ts. */
export type Service = {
  shape: Shape & { kind: 'struct' };
  /** Config as GET shows it, where that is not what was stored. */
  shown?(config: Json): Json;
  state(os: IncusOs, config: Json): Json;
  /**
   * Applies a config: calls `store` when IncusOS would write it down (most do that before they try, so a failed PUT
   * leaves the new config in force) and throws ServiceFailure.
   */
  apply(os: IncusOs, before: Json, wanted: Json, store: () => void): void;
  /** Throws ServiceFailure if there is nothing to reset. */
  reset?(config: Json): void;
};

export const enabled = (config: Json): boolean => config['enabled'] === true;
export const texts = (config: Json, key: string): string[] =>
  Array.isArray(config[key]) ? config[key].map(String) : [];

/** Nothing in TEST-NET-1 (RFC 5737) can be reached, here as everywhere; all else can, in a simulated world. */
export const isReachable = (address: string): boolean => address !== '' && !address.startsWith('192.0.2.');
