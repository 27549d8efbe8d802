import { inputError } from './errors.js';

/**
 * What a room knows by name: its own entries, and those that modules of a user add for as long as they are in use. `names` and `entries`
 * are live: who holds them sees what is added.
 */
export class Registry<T> {
  readonly names: readonly string[];
  readonly entries: readonly T[];
  private readonly held: Map<string, T>;
  /** Entries of one name and one origin are added once, and go with the last who added them. */
  private readonly added = new Map<string, { readonly origin: string; users: number }>();

  /** @param what one entry is, for messages: `policy` */
  constructor(
    readonly what: string,
    own: Readonly<Record<string, T>>,
  ) {
    this.held = new Map(Object.entries(own));
    this.names = [...this.held.keys()];
    this.entries = [...this.held.values()];
  }

  get(name: string): T | undefined {
    return this.held.get(name);
  }

  /** Whether a name came from outside. */
  isAdded(name: string): boolean {
    return this.added.has(name);
  }

  /**
   * @param origin who adds it: the same origin may add the same name again
   * @returns takes it away
   * @throws `use.name` where the name is taken
   */
  add(name: string, entry: T, origin: string): () => void {
    const before = this.added.get(name);
    if (before?.origin !== origin && this.held.has(name)) {
      throw inputError(
        'use.name',
        `${this.what} "${name}" exists already${before === undefined ? '' : ` (of ${before.origin})`}; call it something else`,
      );
    }
    const use = before ?? { origin, users: 0 };
    use.users++;
    if (before === undefined) {
      this.added.set(name, use);
      this.held.set(name, entry);
      this.list();
    }
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      if (--use.users > 0) return;
      this.added.delete(name);
      this.held.delete(name);
      this.list();
    };
  }

  private list(): void {
    (this.names as string[]).splice(0, this.names.length, ...this.held.keys());
    (this.entries as T[]).splice(0, this.entries.length, ...this.held.values());
  }
}
