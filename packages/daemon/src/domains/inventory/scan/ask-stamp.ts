/**
 * When something was asked, in microseconds: of two answers about one object, the one that was asked for later counts.
 * By the machine's own clock, not the policy clock, which a test may turn back.
 */
export const askStamp = (): number => Math.round((performance.timeOrigin + performance.now()) * 1_000);
