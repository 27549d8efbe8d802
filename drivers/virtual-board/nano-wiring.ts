import { converted_V, xorNanoBoard } from '../../devices/boards/index.js';
import { Ads1115 } from './ads1115.js';
import type { AnalogSide } from './analog-side.js';
import type { AvrCore } from './avr-core.js';
import { DigitalPots, Mcp4822, type SpiPart } from './spi-parts.js';
import type { BoardWiring } from './wiring.js';

/** No current flows when a pump's control is at 2.5 V. */
const noCurrentCount = 2500;

/**
 * The published XOR board (emersonmde/eqprop): 8 dual potentiometers on D4 D5 D6 D7 D8 D10 A2 A3, the DAC of the two
 * current pumps on D9 with LDAC tied low, input switches on D2 and D3, ADS1115 on the two-wire bus.
 */
export const nanoWiring: BoardWiring = {
  profile: xorNanoBoard,
  parts(analog: AnalogSide) {
    const { calibration, sources, nudges } = analog.parts;
    const chips = Array.from({ length: 8 }, (_, chip) => {
      const part: DigitalPots = new DigitalPots(2, () => {
        for (let p = 0; p < 2; p++) {
          const pot = 2 * chip + p;
          // From A to wiper, B tied to the wiper: register 256 is no resistance; only opening A opens it.
          const resistance = calibration.resistance_ohm[pot][256 - part.wipers[p]];
          analog.setPot(pot, part.connected(p, 'A') ? resistance : Number.POSITIVE_INFINITY);
        }
      });
      return part;
    });
    const pump: Mcp4822 = new Mcp4822(() => {
      for (let k = 0; k < 2; k++) {
        const count = pump.output[k];
        const control_V = Number.isNaN(count) ? 0 : (count - noCurrentCount) / 1000;
        analog.setSource(sources.length + k, converted_V(nudges[k], control_V, xorNanoBoard.middle_V));
      }
    }, true);
    const rail = xorNanoBoard.inputLimit_V;
    const setSource = (source: number, value_V: number) =>
      analog.setSource(source, converted_V(sources[source], value_V, xorNanoBoard.middle_V));
    setSource(4, -rail);
    setSource(5, rail);

    const selects: [port: 'B' | 'C' | 'D', bit: number, part: SpiPart][] = [
      ['D', 4, chips[0]],
      ['D', 5, chips[1]],
      ['D', 6, chips[2]],
      ['D', 7, chips[3]],
      ['B', 0, chips[4]],
      ['B', 2, chips[5]],
      ['C', 2, chips[6]],
      ['C', 3, chips[7]],
      ['B', 1, pump],
    ];
    for (const part of chips) part.reset();
    let converter: Ads1115 | undefined;
    const attach = (core: AvrCore) => {
      const selected = new Set<SpiPart>();
      for (const [port, bit, part] of selects) {
        core.ports[port].addListener((value) => {
          const low = ((value >> bit) & 1) === 0;
          if (low && !selected.has(part)) {
            selected.add(part);
            part.select();
          } else if (!low && selected.delete(part)) {
            part.deselect();
          }
        });
      }
      core.spi.onTransfer = (byte) => {
        let answer = 0xff;
        for (const part of selected) answer &= part.transfer(byte);
        return answer;
      };
      core.ports.D.addListener((value) => {
        for (let i = 0; i < 2; i++) {
          const high = ((value >> (2 + i)) & 1) === 1;
          setSource(2 * i, high ? rail : -rail);
          setSource(2 * i + 1, high ? -rail : rail);
        }
      });
      converter = new Ads1115(core.cpu, core.twi, 0x48, (channel) => analog.count(channel));
      core.twi.eventHandler = converter;
    };
    return {
      attach,
      get wiperSteps() {
        return chips.reduce((sum, { steps }) => sum + steps, 0);
      },
      failConverter: () => {
        if (converter !== undefined) converter.dead = true;
      },
    };
  },
};
