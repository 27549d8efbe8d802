import { converted_V, referenceBoard } from '../../devices/boards/index.js';
import type { AnalogSide } from './analog-side.js';
import type { AvrCore } from './avr-core.js';
import { DigitalPots, Mcp3208, Mcp4822, type SpiPart } from './spi-parts.js';
import type { BoardWiring } from './wiring.js';

const chips = 21;
const dacs = 7;
const middleCount = 2048;
const LDAC = 0x04;
const POT_RESET = 0x10;

/**
 * The reference board: two 74HC154 select 21 quad potentiometers, 7 dual DACs and 2 ADCs (address on PC0..PC3, banks
 * enabled by PC4 and PC5 low); PB2 is LDAC, PD4 resets the pots.
 */
export const referenceWiring: BoardWiring = {
  profile: referenceBoard,
  parts(analog: AnalogSide) {
    const { parts } = analog;
    const { calibration, sources, nudges, readers } = parts;
    const pots = Array.from({ length: chips }, (_, chip) => {
      const part: DigitalPots = new DigitalPots(4, () => {
        for (let p = 0; p < 4; p++) {
          const pot = 4 * chip + p;
          // Rheostat from wiper to B: opening the wiper opens it.
          const closed = part.connected(p, 'wiper') && part.connected(p, 'B');
          const resistance = calibration.resistance_ohm[pot][part.wipers[p]];
          analog.setPot(pot, closed ? resistance : Number.POSITIVE_INFINITY);
        }
      });
      return part;
    });
    const set = (source: number, count: number) => {
      const converter = source < sources.length ? sources[source] : nudges[source - sources.length];
      const asked_V = Number.isNaN(count) ? 0 : (count - middleCount) / 1000;
      analog.setSource(source, converted_V(converter, asked_V, referenceBoard.middle_V));
    };
    // Converter 0..4: the pairs of sources. 5 and 6: the three nudges, and the middle potential itself.
    const dac = Array.from({ length: dacs }, (_, d) => {
      const part: Mcp4822 = new Mcp4822(() => {
        for (let channel = 0; channel < 2; channel++) {
          const source = 2 * d + channel;
          if (source < sources.length + nudges.length) set(source, part.output[channel]);
        }
      });
      return part;
    });
    const converter = (first: number) =>
      new Mcp3208((channel) => {
        const node = first + channel;
        const wired = first === 0 ? channel < 6 : node < readers.length;
        if (wired) return analog.count(node);
        // Channel 3 of the second converter reads the middle potential.
        return first > 0 && channel === 3 ? middleCount + Math.round(parts.middle_V * 1000) : 0;
      });
    const bus: (SpiPart | undefined)[] = [...pots, ...dac, converter(0), converter(6), undefined, undefined];

    for (const part of pots) part.reset();
    return {
      attach: (core: AvrCore) => attach(core, bus, pots, dac),
      get wiperSteps() {
        return pots.reduce((sum, { steps }) => sum + steps, 0);
      },
    };
  },
};

function attach(
  core: AvrCore,
  bus: readonly (SpiPart | undefined)[],
  pots: readonly DigitalPots[],
  dac: readonly Mcp4822[],
): void {
  let selected: SpiPart | undefined;
  core.ports.C.addListener((value) => {
    const bank = (value & 0x10) === 0 ? 0 : (value & 0x20) === 0 ? 1 : -1;
    const next = bank < 0 ? undefined : bus[16 * bank + (value & 15)];
    if (next === selected) return;
    selected?.deselect();
    selected = next;
    selected?.select();
  });
  core.spi.onTransfer = (byte) => selected?.transfer(byte) ?? 0xff;
  core.ports.B.addListener((value, before) => {
    if ((before & LDAC) !== 0 && (value & LDAC) === 0) for (const part of dac) part.latch();
  });
  core.ports.D.addListener((value, before) => {
    if ((before & POT_RESET) !== 0 && (value & POT_RESET) === 0) for (const part of pots) part.reset();
  });
}
