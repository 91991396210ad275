/** Ready-made first parts of servers' JSON, by name and revision, the least recently made given up first. */
export class HeadCache {
  readonly #heads = new Map<string, { revision: number; shows: boolean; head: string }>();
  readonly #limit: number;
  #size = 0;

  /** `limit` in characters. */
  constructor(limit = 64 * 1024 * 1024) {
    this.#limit = limit;
  }

  /** `shows`: with its secrets. */
  find(name: string, revision: number, shows: boolean): string | undefined {
    const known = this.#heads.get(name);
    return known?.revision === revision && known.shows === shows ? known.head : undefined;
  }

  keep(name: string, revision: number, shows: boolean, head: string): void {
    this.forget(name);
    this.#heads.set(name, { revision, shows, head });
    this.#size += head.length;
    for (const oldest of this.#heads.keys()) {
      if (this.#size <= this.#limit) return;
      this.forget(oldest);
    }
  }

  forget(name: string): void {
    const known = this.#heads.get(name);
    if (known === undefined) return;
    this.#heads.delete(name);
    this.#size -= known.head.length;
  }
}
