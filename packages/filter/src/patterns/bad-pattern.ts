/** Why a pattern cannot be used; caught by `compilePattern` only. */
export class BadPattern extends Error {}
