import { randomBytes } from 'node:crypto';
import type { FolderFollower } from './folder-follower.js';
import type { Told } from './told.js';

/** Files are looked at so often while somebody listens, ms. */
const LOOK_ms = 25;
/** Of a look's time so much is waited at least: a slow disk is not asked all the time. */
const REST = 1;
/** Events kept for listeners that come back, characters. */
const KEPT_CHARACTERS = 4_000_000;

/** An event of the stream as it goes out. */
export interface Spoken {
  /** Says which events its listener has heard; empty where that says nothing yet. */
  readonly id: string;
  /** One JSON text. */
  readonly data: string;
}

/** One who listens. */
export type Listener = (spoken: Spoken) => void;

/**
 * Tells listeners what changes in a directory. While nobody listens nothing is looked at. Who comes back and says what he heard last
 * is told what followed, as far as that is kept, and everything else.
 */
export class Teller {
  private readonly name = randomBytes(4).toString('hex');
  private readonly listeners = new Set<Listener>();
  private readonly kept: { readonly number: number; readonly data: string }[] = [];
  private keptCharacters = 0;
  private number = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly folder: FolderFollower) {}

  /** How many listen. */
  get listening(): number {
    return this.listeners.size;
  }

  /**
   * Listens from now on.
   * @param heard id of the last event that was heard
   * @returns what is to be told first, and how to stop listening
   */
  async listen(listener: Listener, heard?: string): Promise<{ first: Spoken[]; leave: () => void }> {
    await this.lookOnce();
    const first = this.missed(heard) ?? this.everything();
    this.listeners.add(listener);
    this.goOn();
    return {
      first,
      leave: () => {
        this.listeners.delete(listener);
      },
    };
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  private everything(): Spoken[] {
    const id = `${this.name}.${this.number}`;
    const texts = [{ type: 'begin', folder: this.folder.path }, ...this.folder.whole()].map((told) =>
      JSON.stringify(told),
    );
    // Who has not heard the end of it has heard nothing.
    return [...texts.map((data) => ({ id: '', data })), { id, data: '{"type":"all"}' }];
  }

  /** Nothing where it is not known what was heard, or is not kept any more. */
  private missed(heard: string | undefined): Spoken[] | undefined {
    const [name, text] = heard?.split('.') ?? [];
    const last = Number(text);
    if (name !== this.name || !Number.isInteger(last) || last > this.number) return undefined;
    if (this.kept.length === 0 ? last < this.number : last < this.kept[0].number - 1) return undefined;
    return this.kept
      .filter(({ number }) => number > last)
      .map(({ number, data }) => ({ id: `${this.name}.${number}`, data }));
  }

  private goOn(): void {
    if (this.timer !== undefined || this.closed || this.listeners.size === 0) return;
    const wait = (ms: number) => {
      this.timer = setTimeout(async () => {
        const began = performance.now();
        await this.lookOnce();
        this.timer = undefined;
        if (this.closed || this.listeners.size === 0) return;
        wait(Math.max(LOOK_ms, REST * (performance.now() - began)));
      }, ms);
    };
    wait(LOOK_ms);
  }

  /** A look that is under way is shared. */
  private lookOnce(): Promise<void> {
    this.looking ??= this.folder
      .look(performance.now())
      .then((all) => {
        for (const told of all) this.tell(told);
      })
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  private tell(told: Told): void {
    const data = JSON.stringify(told);
    const number = ++this.number;
    this.kept.push({ number, data });
    this.keptCharacters += data.length;
    while (this.keptCharacters > KEPT_CHARACTERS && this.kept.length > 1) {
      this.keptCharacters -= this.kept.shift()?.data.length ?? 0;
    }
    const spoken = { id: `${this.name}.${number}`, data };
    for (const listener of this.listeners) listener(spoken);
  }
}
