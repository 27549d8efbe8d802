import {
  AVREEPROM,
  AVRIOPort,
  AVRSPI,
  AVRTimer,
  AVRTWI,
  AVRUSART,
  avrInstruction,
  CPU,
  type EEPROMBackend,
  eepromConfig,
  portBConfig,
  portCConfig,
  portDConfig,
  spiConfig,
  timer1Config,
  timer2Config,
  twiConfig,
  usart0Config,
} from 'avr8js';
import { executeFrequent } from './frequent-instructions.js';

/** Clock of the board's ATmega328P, Hz. */
export const clock_Hz = 16e6;
const sramBytes = 2048;
const SLEEP = 0x9588;
const SEI = 0x9478;
const MCUSR = 0x54;
const RAM_START = 0x100;
const TCCR1B = 0x81;
/** RJMP to three words and to two words before itself: back to an LDS, or to an IN, and the test of a bit behind it. */
const [TO_LDS, TO_IN] = [0xcffc, 0xcffd];

/** The queue of clock events lies in a private field; sleeping needs to know when the next one is due. */
interface EventQueue {
  readonly nextClockEvent: { readonly cycles: number } | null;
}

/**
 * An ATmega328P that executes machine code (avr8js) and jumps over the time it sleeps. Peripherals are those that the
 * boards use: two timers, serial port, SPI, two-wire bus, three ports, EEPROM.
 */
export class AvrCore {
  readonly cpu: CPU;
  readonly usart: AVRUSART;
  readonly spi: AVRSPI;
  readonly twi: AVRTWI;
  readonly ports: { readonly B: AVRIOPort; readonly C: AVRIOPort; readonly D: AVRIOPort };
  /** Cycles that were slept and not executed. */
  sleptCycles = 0;
  private readonly program: Uint16Array;
  private sleeping = false;

  /**
   * @param resetCause what MCUSR says of why the processor starts
   * @param memory a processor whose RAM outlived the start; without one it is empty
   */
  constructor(flash: Uint8Array, eeprom: EEPROMBackend, resetCause: number, memory?: AvrCore) {
    this.program = new Uint16Array(flash.slice().buffer);
    this.cpu = new CPU(this.program, sramBytes);
    this.usart = new AVRUSART(this.cpu, usart0Config, clock_Hz);
    this.spi = new AVRSPI(this.cpu, spiConfig, clock_Hz);
    this.twi = new AVRTWI(this.cpu, twiConfig, clock_Hz);
    this.ports = {
      B: new AVRIOPort(this.cpu, portBConfig),
      C: new AVRIOPort(this.cpu, portCConfig),
      D: new AVRIOPort(this.cpu, portDConfig),
    };
    new AVRTimer(this.cpu, timer1Config);
    new AVRTimer(this.cpu, timer2Config);
    new AVREEPROM(this.cpu, eeprom, eepromConfig);
    if (memory !== undefined) this.cpu.data.set(memory.cpu.data.subarray(RAM_START), RAM_START);
    this.cpu.data[MCUSR] = resetCause;
  }

  get cycles(): number {
    return this.cpu.cycles;
  }

  /** The program waits for a timer that it has started: time alone will wake it to a purpose. */
  get waitsForItself(): boolean {
    return (this.cpu.data[TCCR1B] & 7) !== 0;
  }

  /** Lets time pass in which nothing is executed: somebody else's program, a bootloader, has the processor. */
  pass(cycles: number): void {
    this.cpu.cycles += cycles;
  }

  /**
   * Runs until `limit` cycles, or until the program sleeps and `idle()` says that nothing but its own clock could wake it
   * to any purpose. Returns whether it stopped for idleness.
   */
  run(limit: number, idle: () => boolean): boolean {
    const { cpu, program } = this;
    const events = cpu as unknown as EventQueue;
    while (cpu.cycles < limit) {
      if (this.sleeping) {
        if (idle()) return true;
        this.sleepUntil(limit);
        continue;
      }
      const instruction = program[cpu.pc];
      if (instruction === TO_LDS || instruction === TO_IN) this.passPolling(limit);
      if (!executeFrequent(cpu, instruction)) avrInstruction(cpu);
      // The instruction behind SEI is executed before any interrupt is taken (data sheet, 7.7).
      if (instruction === SEI) continue;
      const at = cpu.pc;
      const event = events.nextClockEvent;
      if ((event !== null && event.cycles <= cpu.cycles) || cpu.nextInterrupt >= 0) cpu.tick();
      if (instruction === SLEEP && cpu.pc === at) this.sleeping = true;
    }
    return false;
  }

  /**
   * At the jump back of a loop that waits for a bit of a register (`LDS` or `IN`, `SBRS` or `SBRC`, `RJMP`): passes over all turns that
   * end before anything can change that bit, to the cycle as if they had been executed. Two fifths of what the firmware executes are such turns.
   */
  private passPolling(limit: number): void {
    const { cpu, program } = this;
    const { nextClockEvent } = cpu as unknown as EventQueue;
    const [test, load] = [program[cpu.pc - 1], program[cpu.pc - (program[cpu.pc] === TO_LDS ? 3 : 2)]];
    const register = (load >> 4) & 31;
    let [address, turn_cycles] = [0, 0];
    if (program[cpu.pc] === TO_LDS && (load & 0xfe0f) === 0x9000) {
      [address, turn_cycles] = [program[cpu.pc - 2], 5];
    } else if (program[cpu.pc] === TO_IN && (load & 0xf800) === 0xb000) {
      [address, turn_cycles] = [32 + ((load & 15) | ((load >> 5) & 48)), 4];
    } else return;
    if ((test & 0xfc08) !== 0xfc00 || ((test >> 4) & 31) !== register) return;
    const value = cpu.data[address];
    const leaves = ((value >> (test & 7)) & 1) === ((test >> 9) & 1);
    // What a read brings forth, or an interrupt, may change anything.
    if (leaves || cpu.data[register] !== value || cpu.readHooks[address] || cpu.nextInterrupt >= 0) return;
    const until = Math.min(limit, nextClockEvent?.cycles ?? Number.POSITIVE_INFINITY) - 1;
    cpu.cycles += turn_cycles * Math.max(0, Math.floor((until - cpu.cycles) / turn_cycles));
  }

  /** From event to event until one brings an interrupt, or until `limit`. */
  private sleepUntil(limit: number): void {
    const { cpu } = this;
    const events = cpu as unknown as EventQueue;
    const at = cpu.pc;
    while (cpu.pc === at) {
      const due = Math.max(events.nextClockEvent?.cycles ?? Number.POSITIVE_INFINITY, cpu.cycles);
      const next = Math.min(due, limit);
      this.sleptCycles += next - cpu.cycles;
      cpu.cycles = next;
      if (due > limit) return;
      cpu.tick();
      if (cpu.pc === at && cpu.cycles >= limit) return;
    }
    this.sleeping = false;
  }
}
