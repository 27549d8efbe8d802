import { holderOf, lineKey, listPorts, type SerialPortInfo } from '../transport/index.js';
import { isThere, mayCarryBoard, serialAt } from './find-board.js';
import { isSerialNumber, type KnownBoard, knownBoards } from './known-boards.js';

/** A port that has just come may not be open to everybody yet, nor its board out of its bootloader: it is asked this often. */
const LOOKS = 3;

/** What looking for a board needs of the machine. */
export interface Surroundings {
  readonly list: () => Promise<readonly SerialPortInfo[]>;
  /** The serial number of the board at an address; nothing where none answers. */
  readonly ask: (address: string) => Promise<string | undefined>;
}

/**
 * Where a board is that a session has lost, or that a run of an earlier process was on: it may come back under another port's name.
 * Asked are only where another command has found this board since, and ports that were not there all along: what stood beside it
 * when it was lost is somebody else's, and opening a port may reset what is behind it.
 */
export class BoardElsewhere {
  /** Ports that have been there since the board was opened, by their paths. */
  private all: Promise<Set<string>>;
  private readonly looks = new Map<string, number>();
  private readonly around: Surroundings;

  /** @param since `now` while it is on its line; `seen`: when this machine last had it, maybe in another process */
  constructor(
    private readonly serial: string,
    around: Partial<Surroundings> = {},
    since: 'now' | 'seen' = 'now',
  ) {
    this.around = { list: listPorts, ask: serialAt, ...around };
    const seen = since === 'seen' ? this.known()?.ports : undefined;
    this.all =
      seen === undefined
        ? this.ports().then((ports) => new Set(ports.map(({ path }) => path)))
        : Promise.resolve(new Set(seen));
  }

  /**
   * Looks once. Each port is opened and asked who it is; nothing else is done to it.
   * @param besides where the board was, which is not asked again
   * @returns its address, where it is at another
   */
  async find(besides: string): Promise<string | undefined> {
    if (!isSerialNumber(this.serial)) return undefined;
    const line = this.known()?.line;
    if (line !== undefined && isOther(line, besides) && isThere(line) && (await this.isAt(line))) return line;
    if (besides.startsWith('tcp:')) return undefined;
    const [ports, all] = [await this.ports(), await this.all];
    const present = new Set(ports.map(({ path }) => path));
    for (const path of all) if (!present.has(path)) all.delete(path);
    for (const path of this.looks.keys()) if (!present.has(path)) this.looks.delete(path);
    for (const port of ports) {
      const { path, stable = path } = port;
      const looks = this.looks.get(path) ?? 0;
      if (all.has(path) || looks >= LOOKS || !mayCarryBoard(port) || !isOther(stable, besides)) continue;
      this.looks.set(path, looks + 1);
      if (await this.isAt(stable)) return stable;
    }
    return undefined;
  }

  private known(): KnownBoard | undefined {
    return knownBoards().find(({ serial }) => serial === this.serial);
  }

  private async isAt(address: string): Promise<boolean> {
    return holderOf(address) === undefined && (await this.around.ask(address)) === this.serial;
  }

  private ports(): Promise<readonly SerialPortInfo[]> {
    return this.around.list().catch(() => []);
  }
}

function isOther(address: string, besides: string): boolean {
  return lineKey(address) !== lineKey(besides);
}
