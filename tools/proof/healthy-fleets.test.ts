import { expect, test } from 'vitest';
import { proveHealthyFleets } from './healthy-fleets.ts';

/** A thousand in `npm run proof`. */
test('no check finds fault with 150 random healthy fleets', { timeout: 120_000 }, async () => {
  const { false_alarms, fleets, findings } = await proveHealthyFleets({ fleets: 150, seed: 2026 });
  expect(false_alarms).toEqual([]);
  expect(fleets).toBe(150);
  expect(findings).toBeGreaterThan(150 * 80);
});
