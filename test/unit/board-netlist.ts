import { ground, Netlist } from '../../circuits/netlist/index.js';
import type { BoardParts } from '../../devices/boards/index.js';
import { Diode } from '../../devices/elements/index.js';

/** A pot that is open, Ω: what is left is far below anything that can be measured. */
const open_ohm = 1e15;

/** Name of a terminal of the board's network: sources `u0` …, hidden nodes `h0` …, outputs `o0` …. */
export function terminalName(parts: BoardParts, terminal: number): string {
  const { sources, hidden } = parts.profile;
  if (terminal < sources) return `u${terminal}`;
  return terminal < sources + hidden ? `h${terminal - sources}` : `o${terminal - sources - hidden}`;
}

/**
 * The analog side of a learning board as a netlist, ground at the middle potential of the converters. Pots are
 * `p0` …, sources `vu0` … (behind switches `rw0` … where they have any), nudges `vs0` … behind `rs0` … (or currents `is0` … where they come from a pump), diodes
 * `d0a` …; `vm` is the middle potential to which the diodes return.
 */
export function boardNetlist(
  parts: BoardParts,
  resistance_ohm: Float64Array,
  source_V: Float64Array,
): Netlist {
  const { profile } = parts;
  const net = new Netlist(`${profile.name} board, ${parts.name}`);
  for (let s = 0; s < profile.sources; s++) {
    const switch_ohm = parts.sourceResistance_ohm[s];
    net.voltage(`vu${s}`, switch_ohm > 0 ? `w${s}` : `u${s}`, ground, source_V[s]);
    if (switch_ohm > 0) net.resistor(`rw${s}`, `w${s}`, `u${s}`, switch_ohm);
  }
  net.voltage('vm', 'm', ground, parts.middle_V);
  for (let e = 0; e < profile.pots; e++) {
    const value = Number.isFinite(resistance_ohm[e]) ? resistance_ohm[e] : open_ohm;
    net.resistor(`p${e}`, terminalName(parts, profile.from(e)), terminalName(parts, profile.to(e)), value);
  }
  for (let k = 0; k < profile.outputs; k++) {
    const nudge_V = source_V[profile.sources + k];
    const conductance_S = parts.nudgeConductance_S[k];
    if (profile.nudgeLoads) {
      net.voltage(`vs${k}`, `s${k}`, ground, nudge_V);
      net.resistor(`rs${k}`, `s${k}`, `o${k}`, 1 / conductance_S);
    } else {
      net.current(`is${k}`, ground, `o${k}`, nudge_V * conductance_S);
      if (parts.nudgeLoad_S[k] > 0) net.resistor(`rs${k}`, `o${k}`, ground, 1 / parts.nudgeLoad_S[k]);
    }
  }
  for (let j = 0; j < profile.hidden; j++) {
    for (const [d, polarity] of profile.diodes(j).entries()) {
      const diode = new Diode(parts.diodes[j][d]);
      const name = `d${j}${'ab'[d]}`;
      if (polarity > 0) net.diode(name, `h${j}`, 'm', diode);
      else net.diode(name, 'm', `h${j}`, diode);
    }
  }
  for (let n = 0; n < profile.hidden + profile.outputs; n++) {
    if (parts.leakage_A[n] === 0) continue;
    net.current(`il${n}`, ground, terminalName(parts, profile.sources + n), parts.leakage_A[n]);
  }
  return net;
}
