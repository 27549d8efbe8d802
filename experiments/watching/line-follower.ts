import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';

/** Read in one look, bytes: a long file is taken up piece by piece, and pages hear of others meanwhile. */
const MOST_A_LOOK = 2 ** 20;
/** A longer line is none of ours. */
const MOST_A_LINE = 2 ** 24;
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** What one look at a file of lines has shown. */
export interface Look {
  /** The file was written anew: what it said before is void. */
  readonly anew: boolean;
  readonly lines: readonly string[];
  /** There is more to be read at once. */
  readonly more: boolean;
}

const nothing: Look = { anew: false, lines: [], more: false };

/**
 * Follows a file of lines that another process appends to. Only whole lines are told. A file that was replaced or cut is read again
 * from its beginning; links, pipes and devices are not followed.
 */
export class LineFollower {
  private at = 0;
  private file = 0;
  private rest: Buffer[] = [];
  private restBytes = 0;
  private skipping = false;

  constructor(readonly path: string) {}

  /** Lines that have come since the last look; none where there is no file. */
  look(): Look {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile()) return this.forget();
    if (found.ino === this.file && found.size === this.at) return nothing;
    let descriptor: number;
    try {
      descriptor = openSync(this.path, WITHOUT_WAITING);
    } catch {
      return nothing;
    }
    try {
      const { size, ino } = fstatSync(descriptor);
      const anew = this.file !== 0 && (ino !== this.file || size < this.at);
      if (anew || this.file === 0) this.begin(ino);
      const length = Math.min(MOST_A_LOOK, size - this.at);
      const block = Buffer.allocUnsafe(length);
      const bytes = length === 0 ? 0 : readSync(descriptor, block, 0, length, this.at);
      this.at += bytes;
      return { anew, lines: this.linesOf(block.subarray(0, bytes)), more: this.at < size };
    } catch {
      return nothing;
    } finally {
      closeSync(descriptor);
    }
  }

  private forget(): Look {
    const anew = this.file !== 0;
    this.begin(0);
    return { ...nothing, anew };
  }

  private begin(file: number): void {
    this.file = file;
    this.at = 0;
    this.rest = [];
    this.restBytes = 0;
    this.skipping = false;
  }

  private linesOf(block: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = block.indexOf(0x0a); end >= 0; end = block.indexOf(0x0a, from)) {
      if (!this.skipping)
        lines.push(Buffer.concat([...this.rest, block.subarray(from, end)]).toString('utf8'));
      this.rest = [];
      this.restBytes = 0;
      this.skipping = false;
      from = end + 1;
    }
    if (from < block.length) {
      this.rest.push(block.subarray(from));
      this.restBytes += block.length - from;
      if (this.restBytes > MOST_A_LINE) {
        this.rest = [];
        this.skipping = true;
      }
    }
    return lines;
  }
}
