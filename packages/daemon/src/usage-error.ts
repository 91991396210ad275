/** The command line itself is wrong: whoever shows it adds how the command is used. */
export class UsageError extends Error {}
