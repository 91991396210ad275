/** When each server was last seen, in memory: writing it with every poll would write ten thousand rows for nothing. */
export class Sightings {
  readonly #seen = new Map<string, number>();
  readonly #missed = new Map<string, number>();
  readonly #unsaved = new Set<string>();

  saw(name: string, atMs: number): void {
    this.#seen.set(name, atMs);
    this.#missed.delete(name);
    this.#unsaved.add(name);
  }

  missed(name: string, atMs: number): void {
    this.#missed.set(name, atMs);
  }

  /** The later of memory and database; 0: never. */
  lastSeen(name: string, saved: number): number {
    return Math.max(saved, this.#seen.get(name) ?? 0);
  }

  /** When the latest look found nobody, or undefined: it was seen since, or never looked for. */
  lastMissed(name: string): number | undefined {
    return this.#missed.get(name);
  }

  /** What is not in the database yet; the caller saves it. */
  takeUnsaved(): { name: string; last_seen: number }[] {
    const unsaved = [...this.#unsaved].map((name) => ({ name, last_seen: this.#seen.get(name) ?? 0 }));
    this.#unsaved.clear();
    return unsaved;
  }

  forget(name: string): void {
    this.#seen.delete(name);
    this.#missed.delete(name);
    this.#unsaved.delete(name);
  }
}
