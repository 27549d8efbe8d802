import { formatQuantity, runError } from '../../../core/index.js';
import { type Polarity, provePolarity } from '../../../devices/limits/index.js';
import type { Smu } from './smu.js';

/** What puts one cell of several between an instrument's terminals. */
export interface CellSelector {
  readonly rows: number;
  readonly columns: number;
  /** Called with the terminals at 0 V. */
  select(row: number, column: number): Promise<void>;
  /** Lets go of all cells; called once the output is off. */
  close?(): Promise<void>;
}

/** How long a read stays on before it is over, s: a power-line cycle, and a quarter more to settle. */
export const READ_seconds = 0.03;
/** Below so much current nothing can be said of a sign, A. */
const FLOOR_A = 2e-9;

/** Selects cells behind an armed source-measure unit, reads them and proves that voltages reach them with their sign. */
export class SmuReader {
  private selected = -1;
  private readonly proven = new Set<number>();

  constructor(
    private readonly smu: Smu,
    private readonly selector: CellSelector,
    private readonly compliance_A: number,
    /** Told of the two reads that prove a cell's polarity. */
    private readonly onPolarity?: (row: number, column: number, polarity: Polarity) => void,
  ) {}

  /** For messages. */
  placeOf(cell: number): string {
    const { family, serial } = this.smu.identity;
    const [row, column] = this.at(cell);
    return `${family} ${serial}, cell ${row},${column}`;
  }

  /** Puts a cell between the terminals, which are at 0 V. */
  async select(cell: number): Promise<void> {
    if (this.selected === cell) return;
    // Where it fails nobody knows which cell is there.
    this.selected = -1;
    await this.selector.select(...this.at(cell));
    this.selected = cell;
  }

  /** Which cell is there is not known any longer. */
  forgetSelection(): void {
    this.selected = -1;
  }

  /** What flows at a voltage, A, of each read. @throws OhmpropError `smu.limited` where it stands at its limit */
  async currents_A(cell: number, voltage_V: number, reads: number): Promise<number[]> {
    await this.select(cell);
    const levels = [...new Array<number>(reads).fill(voltage_V), 0];
    const readings = await this.smu.run(levels, READ_seconds, { autorange: true });
    const read = readings.slice(0, reads);
    if (read.some(({ limited }) => limited)) {
      throw runError(
        'smu.limited',
        `${this.placeOf(cell)}: at ${voltage_V} V the current stands at its limit, ${formatQuantity(this.compliance_A, 'A')}, so that its conductance is not known; read at less, or raise the compliance of the limits`,
      );
    }
    return read.map(({ current_A }) => current_A);
  }

  /** Proves that voltages reach a cell with their sign, by a read either way. */
  async requirePolarity(
    cell: number,
    read_V: number,
    current_A: (voltage_V: number) => Promise<number>,
  ): Promise<void> {
    if (this.proven.has(cell)) return;
    const polarity = await provePolarity(this.placeOf(cell), read_V, current_A, FLOOR_A);
    this.proven.add(cell);
    this.onPolarity?.(...this.at(cell), polarity);
  }

  private at(cell: number): [row: number, column: number] {
    const { columns } = this.selector;
    return [Math.floor(cell / columns), cell % columns];
  }
}
