import type { CrossbarDrive, CrossbarWires } from '../../circuits/crossbar/index.js';
import { type CrossbarSize, isWireless } from '../../circuits/wired/index.js';
import { Crossbar, type CrossbarSolution } from '../crossbar/index.js';
import { idealPorts, movedPorts, type PortMatrix, type SolvedPorts, solvedPorts } from './ports.js';

/** Cells that have moved by more than this share of themselves since the steady ports were found become the steady ones. */
const MAX_DRIFT = 0.2;
/** Net current at a node of the crossbar, relative to its largest device current, of ports that count as exact. */
const PORT_TOLERANCE = 1e-12;
/** So much work (ports × cells) is done for exact ports without a thought: some milliseconds. */
const LITTLE_WORK = 1e6;
/** Samples that it takes, a port, until finding the ports is cheaper than correcting each sample. */
const PORTS_A_SAMPLE = 8;
/** Smaller crossbars are solved on one thread. */
const CELLS_OF_THREADS = 4096;

/**
 * By what ports a batch settles: exact ones, found anew for other cells; estimated ones, corrected by solves of the crossbar itself at the
 * voltages of each sample; or whichever is the less work.
 */
export type PortMeans = 'auto' | 'exact' | 'estimated';

/** Terminals of a crossbar for a batch: [batch × rows] and [batch × columns], V. */
export interface Terminals {
  readonly count: number;
  readonly rows_V: Float64Array;
  readonly columns_V: Float64Array;
}

/** Drops across the cells of a batch, as node voltages [batch × rows × columns], V; shared terminals where there are no wires. */
export type CellNodes = Pick<CrossbarSolution, 'wordVoltages_V' | 'bitVoltages_V'>;

/**
 * One crossbar of a wired network and its cells. To the units it is a matrix of ports: exact for the cells as they are, or steady, that
 * of cells as they once were, by which a phase is found in steps that are corrected by solves of the crossbar itself.
 * What comes out depends on the cells and the steady ones alone, never on what was solved before.
 */
export class WiredCrossbar {
  readonly wireless: boolean;
  private present_S: Float64Array;
  private steady_S: Float64Array;
  private exactPorts: PortMatrix | undefined;
  private steadyPorts: SolvedPorts | undefined;
  private estimatedPorts: PortMatrix | undefined;
  private crossbar: Crossbar | undefined;
  /** Whose lines are in the crossbar. */
  private loaded_S: Float64Array | undefined;
  private readonly spare: CrossbarSolution[] = [];

  constructor(
    readonly size: CrossbarSize,
    private readonly wires: CrossbarWires,
    private readonly ofSources: boolean,
    private readonly threads: number,
    private readonly means: PortMeans = 'auto',
  ) {
    this.wireless = isWireless(wires);
    this.present_S = new Float64Array(size.rows * size.columns);
    this.steady_S = this.present_S;
  }

  /** Row-major [rows × columns], S. Never written to: a change makes another array, and phases keep the one they settled with. */
  get conductances_S(): Float64Array {
    return this.present_S;
  }

  /** The cells whose ports are the steady ones; the present ones where nothing else is said. */
  get steadyConductances_S(): Float64Array {
    return this.steady_S;
  }

  /** Takes cells as they are from now on. The array becomes its own. */
  change(conductances_S: Float64Array): void {
    this.present_S = conductances_S;
    this.exactPorts = undefined;
    this.estimatedPorts = undefined;
    if (this.drift() > MAX_DRIFT) this.changeSteady(conductances_S);
  }

  /** Takes other cells for the steady ports. */
  changeSteady(conductances_S: Float64Array): void {
    this.steady_S = conductances_S;
    this.exactPorts = undefined;
    this.estimatedPorts = undefined;
    this.steadyPorts = undefined;
    this.crossbar?.close();
    this.crossbar = undefined;
  }

  /** Whether a batch of so many samples settles by steady ports and corrections. */
  isCorrected(batch: number): boolean {
    if (this.wireless || this.means !== 'auto') return !this.wireless && this.means === 'estimated';
    const { rows, columns } = this.size;
    const ports = columns + (this.ofSources ? 0 : rows);
    return ports > PORTS_A_SAMPLE * batch && ports * rows * columns > LITTLE_WORK;
  }

  /** Ports of the cells as they are: exactly, or as the steady ones and what has moved since let expect. */
  ports(estimated: boolean): PortMatrix {
    if (this.wireless) {
      this.exactPorts ??= idealPorts(this.size, this.present_S, this.ofSources);
      return this.exactPorts;
    }
    if (!estimated) {
      this.exactPorts ??= this.portsOf(this.present_S);
      return this.exactPorts;
    }
    this.steadyPorts ??= this.portsOf(this.steady_S);
    this.estimatedPorts ??= movedPorts(this.steadyPorts, this.size, this.steady_S, this.present_S);
    return this.estimatedPorts;
  }

  /**
   * Solves the crossbar itself.
   * @param cells_S of the present or of an earlier state of it
   */
  solve(
    terminals: Terminals,
    tolerance: number,
    {
      cells_S = this.present_S,
      from,
      into,
    }: { cells_S?: Float64Array; from?: CrossbarSolution; into?: CrossbarSolution } = {},
  ): CrossbarSolution {
    const drive: CrossbarDrive = terminals;
    const spare = into ?? this.spare.pop();
    return this.ready(cells_S).solve(drive, {
      tolerance,
      ...(from === undefined ? {} : { from }),
      ...(spare === undefined ? {} : { into: spare }),
    });
  }

  /** Takes a solution's memory for a later one. */
  giveBack(solution: CrossbarSolution): void {
    if (this.spare.length < MOST_SPARE) this.spare.push(solution);
  }

  close(): void {
    this.crossbar?.close();
    this.crossbar = undefined;
    this.spare.length = 0;
  }

  private portsOf(cells_S: Float64Array): SolvedPorts {
    return solvedPorts(this.ready(cells_S), this.size, this.ofSources, PORT_TOLERANCE);
  }

  /** The crossbar with those cells' lines, on the coarse operator of the steady ones. */
  private ready(cells_S: Float64Array): Crossbar {
    const { rows, columns } = this.size;
    if (this.crossbar === undefined) {
      const threads = rows * columns < CELLS_OF_THREADS ? 1 : this.threads;
      this.crossbar = new Crossbar(
        { rows, columns, conductances_S: this.steady_S, wires: this.wires },
        { threads },
      );
      this.loaded_S = this.steady_S;
    }
    if (this.loaded_S !== cells_S) this.crossbar.reload(cells_S);
    this.loaded_S = cells_S;
    return this.crossbar;
  }

  /** ‖present − steady‖ / ‖steady‖. */
  private drift(): number {
    let moved = 0;
    let whole = 0;
    for (let k = 0; k < this.present_S.length; k++) {
      moved += (this.present_S[k] - this.steady_S[k]) ** 2;
      whole += this.steady_S[k] ** 2;
    }
    return moved === 0 ? 0 : Math.sqrt(moved / whole);
  }
}

/** The free and two nudged phases of a minibatch, and one more. */
const MOST_SPARE = 4;
