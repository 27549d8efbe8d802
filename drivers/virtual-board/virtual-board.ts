import { readFileSync } from 'node:fs';
import { EEPROMMemoryBackend } from 'avr8js';
import { inputError } from '../../core/index.js';
import type { BoardCircuit, BoardParts } from '../../devices/boards/index.js';
import { AnalogSide } from './analog-side.js';
import { AvrCore, clock_Hz } from './avr-core.js';
import { readIntelHex } from './intel-hex.js';
import { nanoWiring } from './nano-wiring.js';
import { referenceWiring } from './reference-wiring.js';
import type { BoardsParts, BoardWiring } from './wiring.js';

const wirings: readonly BoardWiring[] = [referenceWiring, nanoWiring];
const serialAddress = 8;
/** Bits of MCUSR. */
const resetCauses = { powerOn: 1, resetPin: 2, brownOut: 4 } as const;

/** How a board's reset pin acts. */
export interface ResetPin {
  /** How long a bootloader listens before the firmware begins, s. Default 0: there is none. */
  readonly bootloader_seconds?: number;
  /** The bootloader clears MCUSR, as the old ones of Arduinos do. */
  readonly causeHidden?: boolean;
}

/** What a virtual board is made of: parts, the circuit that they form, and the firmware that runs on them. */
export interface VirtualBoardOptions {
  readonly parts: BoardParts;
  /** The analog side, made of the same parts. */
  readonly circuit: BoardCircuit;
  /** Seed of the conversions' noise. */
  readonly seed: number;
  /** Flash image as Intel HEX text. Default: the committed image of the parts' profile. */
  readonly firmware?: string;
  /** Eight characters that the board calls itself. Default `V` and the seed. */
  readonly serial?: string;
}

/**
 * A learning board in this process: avr8js executes the board's own firmware, its parts are modelled at the pins, and a
 * circuit answers for the network. Time is the board's own; it goes on only when `run` is called.
 */
export class VirtualBoard {
  readonly parts: BoardParts;
  private readonly eeprom = new EEPROMMemoryBackend(1024);
  private readonly flash: Uint8Array;
  private readonly wiring: BoardWiring;
  private core: AvrCore;
  private analogSide!: AnalogSide;
  private around: BoardsParts;
  private earlierSteps = 0;
  /** Cycles of the present processor that its bootloader takes before the firmware begins. */
  private bootloader_cycles = 0;
  private incoming: number[] = [];
  private incomingAt = 0;
  private base_cycles = 0;
  /** Bytes as they leave the board. */
  onTransmit: (byte: number) => void = () => {};

  constructor(private readonly options: VirtualBoardOptions) {
    this.parts = options.parts;
    const { profile } = options.parts;
    const wiring = wirings.find((w) => w.profile.id === profile.id);
    if (wiring === undefined) {
      throw inputError('board.profile', `no wiring for a ${profile.name} board in drivers/virtual-board`);
    }
    this.wiring = wiring;
    this.flash = readIntelHex(
      options.firmware ?? committedFirmware(profile.firmware),
      `firmware of ${profile.firmware}`,
    );
    const serial = (options.serial ?? `V${String(options.seed).padStart(7, '0')}`).slice(0, 8).padEnd(8);
    for (let i = 0; i < 8; i++) this.eeprom.writeMemory(serialAddress + i, serial.charCodeAt(i));
    this.core = new AvrCore(this.flash, this.eeprom, resetCauses.powerOn);
    this.around = this.supply();
    this.start(resetCauses.powerOn);
  }

  get profile() {
    return this.parts.profile;
  }

  get cycles(): number {
    return this.base_cycles + this.core.cycles;
  }

  get now_seconds(): number {
    return this.cycles / clock_Hz;
  }

  get sleptCycles(): number {
    return this.core.sleptCycles;
  }

  /** Operating points solved so far. */
  get solves(): number {
    return this.analogSide.solves;
  }

  /** The network as the parts have set it, for tests. */
  get analog(): AnalogSide {
    return this.analogSide;
  }

  /** Tap steps that its wipers have really made, as told; those of a reset of the pots are none. */
  get wiperSteps(): number {
    return this.earlierSteps + this.around.wiperSteps;
  }

  /** Memory of the processor, for measuring its stack. */
  get memory(): Uint8Array {
    return this.core.cpu.data;
  }

  /** Bytes on their way to the board; they arrive one after the other at the line's rate. */
  receive(bytes: Uint8Array): void {
    // A bootloader hears nothing that is meant for the firmware.
    if (this.bootloader_cycles > 0) return;
    for (const byte of bytes) this.incoming.push(byte);
    this.feed();
  }

  /** Bytes that have not arrived yet. */
  get backlog_bytes(): number {
    return this.incoming.length - this.incomingAt;
  }

  get receiving(): boolean {
    return this.incomingAt < this.incoming.length || this.core.usart.rxBusy;
  }

  /** Runs until `limit_cycles` (of `cycles`), or stops early when the board sleeps and nothing is on its way to it. */
  run(limit_cycles: number): boolean {
    if (!this.passBootloader(limit_cycles - this.base_cycles)) return true;
    return this.core.run(limit_cycles - this.base_cycles, () => !this.receiving && !this.core.waitsForItself);
  }

  /** Lets the board's own time pass, asleep or not. */
  advance(seconds: number): void {
    const limit_cycles = this.core.cycles + Math.round(seconds * clock_Hz);
    if (this.passBootloader(limit_cycles)) this.core.run(limit_cycles, () => false);
  }

  /** Takes the supply away and gives it back: the EEPROM stays, all else starts afresh. */
  powerCycle(): void {
    this.renew();
    this.start(resetCauses.powerOn);
  }

  /** The supply sinks and comes back: RAM outlives it, the potentiometers do not. */
  brownOut(): void {
    this.renew();
    this.start(resetCauses.brownOut, { memory: this.core });
  }

  /**
   * The reset pin is pulled, as DTR does on an Arduino when its port is opened: only the processor starts again. With a
   * bootloader the board is deaf meanwhile, and where that clears MCUSR the firmware does not learn the cause.
   */
  resetPin({ bootloader_seconds = 0, causeHidden = false }: ResetPin = {}): void {
    const cause = causeHidden ? 0 : resetCauses.resetPin;
    this.start(cause, { memory: this.core, bootloader_seconds });
  }

  failConverter(): void {
    this.around.failConverter?.();
  }

  /** Parts as they are when their supply comes on. */
  private renew(): void {
    this.earlierSteps += this.around.wiperSteps;
    this.around = this.supply();
  }

  private supply(): BoardsParts {
    const { parts, circuit, seed } = this.options;
    this.analogSide = new AnalogSide(parts, circuit, seed, () => this.now_seconds);
    return this.wiring.parts(this.analogSide);
  }

  private start(
    resetCause: number,
    { memory, bootloader_seconds = 0 }: { memory?: AvrCore; bootloader_seconds?: number } = {},
  ): void {
    this.base_cycles += this.core.cycles;
    this.incoming = [];
    this.incomingAt = 0;
    const core = new AvrCore(this.flash, this.eeprom, resetCause, memory);
    this.core = core;
    this.bootloader_cycles = Math.round(bootloader_seconds * clock_Hz);
    this.around.attach(core);
    core.usart.onByteTransmit = (byte) => this.onTransmit(byte);
    core.usart.onRxComplete = () => this.feed();
  }

  /** @returns whether the firmware has the processor */
  private passBootloader(limit_cycles: number): boolean {
    if (this.bootloader_cycles === 0) return true;
    const cycles = Math.min(this.bootloader_cycles, Math.max(0, limit_cycles - this.core.cycles));
    this.core.pass(cycles);
    this.bootloader_cycles -= cycles;
    return this.bootloader_cycles === 0;
  }

  private feed(): void {
    if (this.incomingAt === this.incoming.length || this.core.usart.rxBusy) return;
    // A board that has not switched its receiver on yet hears nothing.
    while (
      this.incomingAt < this.incoming.length &&
      !this.core.usart.writeByte(this.incoming[this.incomingAt++])
    );
    if (this.incomingAt === this.incoming.length) {
      this.incoming = [];
      this.incomingAt = 0;
    }
  }
}

/** The committed flash image of a profile. */
export function committedFirmware(profile: string): string {
  // From drivers/virtual-board in the sources, from dist/drivers/virtual-board when built.
  for (const up of ['../..', '../../..']) {
    try {
      return readFileSync(new URL(`${up}/firmware/hex/${profile}.hex`, import.meta.url), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw inputError(
    'board.firmware',
    `firmware/hex/${profile}.hex is not there; run \`make hex\` in firmware/`,
  );
}
