export type Sighting = { name: string; last_seen: number; last_missed: number };

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
    this.#unsaved.add(name);
  }

  /** The later of memory and database; 0: never. */
  lastSeen(name: string, saved: number): number {
    return Math.max(saved, this.#seen.get(name) ?? 0);
  }

  /** When the latest look found nobody, the later of memory and database; 0: it was seen since, or never looked for. */
  lastMissed(name: string, saved: number): number {
    return Math.max(saved, this.#missed.get(name) ?? 0);
  }

  /** What is not in the database yet; the caller saves it. */
  takeUnsaved(): Sighting[] {
    const unsaved = [...this.#unsaved].map((name) => ({
      name,
      last_seen: this.#seen.get(name) ?? 0,
      last_missed: this.#missed.get(name) ?? 0,
    }));
    this.#unsaved.clear();
    return unsaved;
  }

  forget(name: string): void {
    this.#seen.delete(name);
    this.#missed.delete(name);
    this.#unsaved.delete(name);
  }
}
