/**
 * What the simulator is asked otherwise than real Incus by the same creation, and why that is right. Each line is one of
 * `differencesOf`. Anything that is not in here fails the tests, and so does anything in here that is no more.
 */
export const worldDifferences: readonly { line: string; reason: string }[] = [];
