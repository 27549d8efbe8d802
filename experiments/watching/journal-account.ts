import { readJson } from '../../core/input/index.js';
import type { BoardHealth, JournalEntry } from './told.js';

/** Entries that a page shows. */
const MOST_ENTRIES = 100;
/** Updates whose time is looked at. */
const TIMED = 51;
const OUT_OF_BAND = 'board.out-of-band';

interface Line {
  readonly at?: string;
  readonly kind?: string;
  readonly [key: string]: unknown;
}

/** What the journal of a run on hardware comes to: how its board is, and what happened besides training. */
export class JournalAccount {
  readonly entries: JournalEntry[] = [];
  private health_: { -readonly [K in keyof BoardHealth]: BoardHealth[K] } = {
    updates: 0,
    retries: 0,
    damagedFrames: 0,
    lostAnswers: 0,
    middleOutOfBand: false,
  };
  private seen = false;
  private intended_ms: number | undefined;
  private readonly took: number[] = [];

  /** Lines that are none are passed over. */
  add(text: string): void {
    let line: Line;
    try {
      line = readJson(text) as Line;
      if (typeof line !== 'object' || line === null || typeof line.kind !== 'string') return;
    } catch {
      return;
    }
    const at = typeof line.at === 'string' ? line.at : '';
    this.seen = true;
    if (at !== '') this.health_.lastAt = at;
    if (line.kind === 'held') this.held(line, at);
    else if (line.kind === 'intent') this.intended_ms = Date.parse(at);
    else if (line.kind === 'outcome') this.outcome(line, at);
    else if (line.kind === 'happened') this.happened(line, at);
  }

  /** Nothing where there is no journal. */
  get health(): BoardHealth | undefined {
    if (!this.seen) return undefined;
    const sorted = this.took.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1];
    return { ...this.health_, ...(median === undefined ? {} : { update_seconds: median }) };
  }

  private held({ serial, boots, update, why }: Line, at: string): void {
    if (typeof serial === 'string') this.health_.serial = serial;
    if (typeof boots === 'number') this.health_.boots = boots;
    if (typeof update === 'number') this.health_.updates = update;
    this.goesOn();
    this.note(at, 'holds', String(why ?? ''));
  }

  private outcome({ id, readings }: Line, at: string): void {
    if (typeof id === 'number') this.health_.updates = id;
    this.goesOn();
    if (this.intended_ms !== undefined) {
      const seconds = (Date.parse(at) - this.intended_ms) / 1000;
      if (seconds >= 0) this.took.push(seconds);
      if (this.took.length > TIMED) this.took.shift();
      this.intended_ms = undefined;
    }
    if (readings !== 'lost') return;
    this.health_.lostAnswers++;
    this.note(at, 'answers lost', `update ${String(id)} was carried out; its answers count in no error`);
  }

  private happened({ what, text, code }: Line, at: string): void {
    const said = String(text ?? '');
    if (what === 'paused' || what === 'failed') this.health_.paused = said;
    if (what === 'resumed') this.goesOn();
    if (code === OUT_OF_BAND) this.health_.middleOutOfBand = true;
    if (what === 'retries') {
      const [, repeated, damaged] = /^(\d+) requests repeated, (\d+) damaged/.exec(said) ?? [];
      this.health_.retries += Number(repeated ?? 0);
      this.health_.damagedFrames += Number(damaged ?? 0);
    }
    this.note(at, String(what ?? ''), said);
  }

  private goesOn(): void {
    delete this.health_.paused;
    this.health_.middleOutOfBand = false;
  }

  private note(at: string, what: string, text: string): void {
    this.entries.push({ at, what, text: text.slice(0, 2000) });
    if (this.entries.length > MOST_ENTRIES) this.entries.shift();
  }
}
