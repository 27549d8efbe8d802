/** A part on the SPI bus: it sees its select line and the bytes while it is selected. */
export interface SpiPart {
  select(): void;
  /** One byte in, one byte out. */
  transfer(byte: number): number;
  deselect(): void;
}

/** MCP4822: two 12-bit channels; 16-bit words, outputs move together when `latch` is called (LDAC low). */
export class Mcp4822 implements SpiPart {
  /** Counts at the outputs A, B; NaN while a channel is shut down. */
  readonly output = new Float64Array(2).fill(Number.NaN);
  private readonly pending = new Float64Array(2).fill(Number.NaN);
  private word = 0;
  private bytes = 0;

  constructor(
    private readonly onChange: () => void,
    /** LDAC is tied low: outputs move when the part is deselected. */
    private readonly transparent = false,
  ) {}

  select(): void {
    this.word = 0;
    this.bytes = 0;
  }

  transfer(byte: number): number {
    this.word = (this.word << 8) | byte;
    this.bytes++;
    return 0;
  }

  deselect(): void {
    if (this.bytes !== 2) return; // other lengths are ignored (data sheet, 5.2)
    const channel = this.word >> 15;
    const doubled = (this.word & 0x2000) === 0;
    const on = (this.word & 0x1000) !== 0;
    // Counts of 1 mV with the gain of two, of half a millivolt without.
    this.pending[channel] = on ? (this.word & 0xfff) * (doubled ? 1 : 0.5) : Number.NaN;
    if (this.transparent) this.latch();
  }

  latch(): void {
    this.output.set(this.pending);
    this.onChange();
  }
}

/** MCP43xx and MCP42xx: wipers and terminal control; 16-bit words with read and write, 8-bit increment and decrement. */
export class DigitalPots implements SpiPart {
  readonly wipers: Uint16Array;
  /** Steps that wipers have made by what they were told. */
  steps = 0;
  private readonly terminals = new Uint16Array(2).fill(0x1ff);
  private bits: number[] = [];

  constructor(
    pots: 2 | 4,
    private readonly onChange: () => void,
  ) {
    this.wipers = new Uint16Array(pots).fill(0x80);
  }

  /** Whether terminal A, wiper or terminal B of a pot is connected. */
  connected(pot: number, terminal: 'A' | 'wiper' | 'B'): boolean {
    const bit = { B: 0, wiper: 1, A: 2 }[terminal] + (pot & 1 ? 4 : 0);
    return ((this.terminals[pot >> 1] >> bit) & 1) === 1;
  }

  reset(): void {
    this.wipers.fill(0x80);
    this.terminals.fill(0x1ff);
    this.onChange();
  }

  select(): void {
    this.bits = [];
  }

  transfer(byte: number): number {
    this.bits.push(byte);
    if (this.bits.length === 2 && (this.bits[0] & 0x0c) === 0x0c) return this.read(this.bits[0] >> 4) & 0xff;
    return this.bits.length === 1 && (byte & 0x0c) === 0x0c ? 0xfe | (this.read(byte >> 4) >> 8) : 0xff;
  }

  deselect(): void {
    const [first, second] = this.bits;
    if (first === undefined) return;
    const register = first >> 4;
    const command = (first >> 2) & 3;
    if (command === 0 && second !== undefined) this.write(register, ((first & 3) << 8) | second);
    else if (command === 1) this.write(register, this.read(register) + 1);
    else if (command === 2) this.write(register, this.read(register) - 1);
    this.bits = [];
  }

  private wiperOf(register: number): number {
    return [0, 1, -1, -1, -1, -1, 2, 3][register] ?? -1;
  }

  private read(register: number): number {
    const pot = this.wiperOf(register);
    if (pot >= 0 && pot < this.wipers.length) return this.wipers[pot];
    return register === 0x4 ? this.terminals[0] : register === 0xa ? this.terminals[1] : 0;
  }

  private write(register: number, value: number): void {
    const pot = this.wiperOf(register);
    if (pot >= 0 && pot < this.wipers.length) {
      const next = Math.max(0, Math.min(256, value));
      this.steps += Math.abs(next - this.wipers[pot]);
      this.wipers[pot] = next;
    } else if (register === 0x4) this.terminals[0] = value & 0x1ff;
    else if (register === 0xa) this.terminals[1] = value & 0x1ff;
    this.onChange();
  }
}

/** MCP3208: 12 bits, eight channels; start bit, single-ended, three bits of channel, then the count. */
export class Mcp3208 implements SpiPart {
  private bytes: number[] = [];
  private count = 0;

  /** @param sample gives a channel's count at the moment it is sampled */
  constructor(private readonly sample: (channel: number) => number) {}

  select(): void {
    this.bytes = [];
  }

  transfer(byte: number): number {
    this.bytes.push(byte);
    if (this.bytes.length === 1) return 0;
    if (this.bytes.length === 2) {
      const single = (this.bytes[0] & 0x06) === 0x06;
      const channel = ((this.bytes[0] & 1) << 2) | (byte >> 6);
      this.count = single ? this.sample(channel) : 0;
      return this.count >> 8;
    }
    return this.bytes.length === 3 ? this.count & 0xff : 0;
  }

  deselect(): void {}
}
