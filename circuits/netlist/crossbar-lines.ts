import type { CrossbarWires } from '../crossbar/index.js';
import type { Netlist } from './netlist.js';

/**
 * The lines of one crossbar between nodes that have names already: what drives its word lines, and what its bit lines end at. Nodes with
 * no resistance between them share a name.
 */
export class CrossbarLines {
  private readonly driver_ohm: number;
  private readonly row_ohm: number;
  private readonly column_ohm: number;
  private readonly sense_ohm: number;

  /**
   * @param wires all 0 where left out
   * @param prefix of its own nodes and resistors: word line nodes `w<prefix><row>_<column>`, bit line nodes `b…`
   * @param driven name of what drives a word line; @param ended name of what a bit line ends at
   */
  constructor(
    private readonly size: { readonly rows: number; readonly columns: number },
    wires: CrossbarWires | undefined,
    private readonly prefix: string,
    private readonly driven: (row: number) => string,
    private readonly ended: (column: number) => string,
  ) {
    this.driver_ohm = wires === undefined ? 0 : wires.driver_ohm + wires.firstRow_ohm;
    this.row_ohm = wires?.row_ohm ?? 0;
    this.column_ohm = wires?.column_ohm ?? 0;
    this.sense_ohm = wires === undefined ? 0 : wires.sense_ohm + wires.lastColumn_ohm;
  }

  /** Name of the word-line node at a cell. */
  word(i: number, j: number): string {
    const first = this.row_ohm === 0 ? 0 : j;
    return first === 0 && this.driver_ohm === 0 ? this.driven(i) : `w${this.prefix}${i}_${first}`;
  }

  /** Name of the bit-line node at a cell. */
  bit(i: number, j: number): string {
    const last = this.size.rows - 1;
    const at = this.column_ohm === 0 ? last : i;
    return at === last && this.sense_ohm === 0 ? this.ended(j) : `b${this.prefix}${at}_${j}`;
  }

  /** Adds the resistors of the lines. */
  addTo(netlist: Netlist): void {
    const { rows, columns } = this.size;
    for (let i = 0; i < rows; i++) {
      if (this.driver_ohm > 0)
        netlist.resistor(`rd${this.prefix}${i}`, this.driven(i), this.word(i, 0), this.driver_ohm);
      for (let j = 1; j < columns && this.row_ohm > 0; j++)
        netlist.resistor(`rw${this.prefix}${i}_${j}`, this.word(i, j - 1), this.word(i, j), this.row_ohm);
    }
    for (let j = 0; j < columns; j++) {
      for (let i = 1; i < rows && this.column_ohm > 0; i++)
        netlist.resistor(`rb${this.prefix}${i}_${j}`, this.bit(i - 1, j), this.bit(i, j), this.column_ohm);
      if (this.sense_ohm > 0)
        netlist.resistor(`rs${this.prefix}${j}`, this.bit(rows - 1, j), this.ended(j), this.sense_ohm);
    }
  }
}
