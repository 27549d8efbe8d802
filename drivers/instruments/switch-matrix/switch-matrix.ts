import { formatQuantity, inputError, OhmpropError, quoted, runError } from '../../../core/index.js';
import type { Transport } from '../../transport/index.js';
import { SmuLink } from '../smu/index.js';
import { at, type MatrixFile } from './matrix-file.js';

/**
 * A switch matrix between an instrument and an array: all crossings are opened, one is closed, and the matrix is asked which are. What
 * it does not confirm is not driven. Opening it looks: crossings are first touched when a cell is asked for.
 */
export class SwitchMatrix {
  readonly rows: number;
  readonly columns: number;
  /** It may have closed something. */
  private touched = false;

  private constructor(
    private readonly transport: Transport,
    private readonly link: SmuLink,
    private readonly file: MatrixFile,
  ) {
    this.rows = file.rows;
    this.columns = file.columns;
  }

  /** @throws OhmpropError `matrix.unknown` where something else answers than the file says, and what opening a line throws */
  static async open(transport: Transport, file: MatrixFile): Promise<SwitchMatrix> {
    await transport.open();
    const link = new SmuLink(transport);
    try {
      const identity = await link.identity();
      if (!identity.toLowerCase().includes(file.identity.toLowerCase())) {
        throw inputError(
          'matrix.unknown',
          `${transport.name}: it says that it is ${quoted(identity)}, and the file of the switch matrix wants ${quoted(file.identity)} in that; nothing was switched: look at its address`,
        );
      }
    } catch (error) {
      link.detach();
      await transport.close();
      throw error;
    }
    return new SwitchMatrix(transport, link, file);
  }

  /**
   * Closes one crossing, all others open. To be called with 0 V at the instrument's terminals.
   * @throws OhmpropError `matrix.crossing` where the matrix says that something else is closed
   */
  async select(row: number, column: number): Promise<void> {
    const { file, link, transport } = this;
    const place = (text: string) => at(text, row, column, file.columns);
    this.touched = true;
    const said = await this.ask([file.openAll, place(file.close)]).catch(async (error: unknown) => {
      if (error instanceof OhmpropError && error.code !== 'line.lost') await link.resync();
      throw error;
    });
    if (plain(said) !== plain(place(file.answer))) {
      throw runError(
        'matrix.crossing',
        `${transport.name}: after ${quoted(place(file.close))} it says ${quoted(said)} is closed, where ${quoted(place(file.answer))} was wanted; nothing is driven. Look at what the file says of it, and at its front`,
      );
    }
    const { clock } = transport;
    await new Promise<void>((resolve) => clock.after(file.settle_s, resolve));
  }

  /** Opens all crossings that it may have closed, and leaves. */
  async close(): Promise<void> {
    try {
      if (this.touched) await this.ask([this.file.openAll]).catch(() => {});
    } finally {
      this.link.detach();
      await this.transport.close();
    }
  }

  /** In one line, for people. */
  get text(): string {
    const { rows, columns, transport, file } = this;
    return `${rows} × ${columns} crossings of ${file.identity} at ${transport.name}, ${formatQuantity(file.settle_s, 's')} to settle`;
  }

  private ask(lines: readonly string[]): Promise<string> {
    const query = { text: this.file.closed, form: /^/, bytes: 200, read: (answer: string) => answer };
    return this.link.ask(query, lines, this.file.settle_s);
  }
}

/** What two answers are compared by: spaces, quotes and the size of letters say nothing. */
function plain(text: string): string {
  return text.replace(/[\s"']/g, '').toLowerCase();
}
