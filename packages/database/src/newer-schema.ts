/** The database was migrated by a newer program: this one would misread it, so it refuses (design §3). */
export class NewerSchema extends Error {
  readonly code = 'newer_schema';
  readonly unknown: readonly string[];
  constructor(unknown: readonly string[], wayBack: string) {
    super(`the database holds migrations this program does not know: ${unknown.join(', ')}. ${wayBack}`);
    this.name = 'NewerSchema';
    this.unknown = unknown;
  }
}
