/** Ready-made first parts of servers' JSON, by name and revision, the least recently made given up first. */
export class HeadCache {
  readonly #heads = new Map<string, { revision: number; head: string }>();
  readonly #limit: number;
  #size = 0;

  /** `limit` in characters. */
  constructor(limit = 64 * 1024 * 1024) {
    this.#limit = limit;
  }

  find(name: string, revision: number): string | undefined {
    const known = this.#heads.get(name);
    return known?.revision === revision ? known.head : undefined;
  }

  keep(name: string, revision: number, head: string): void {
    this.forget(name);
    this.#heads.set(name, { revision, head });
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
