import type { RandomStream } from '../../core/index.js';
import type { BoardProfile } from '../../devices/boards/index.js';
import type { Circuit, CircuitDrive } from './circuits.js';
import { randomDrive } from './designs.js';

/** Pots at their anchor taps that lead into one terminal. */
type Partners = readonly { readonly pot: number; readonly tap: number }[];

/** A circuit to weigh some pots in: who stands beside them, by terminal, and what drives it. */
export interface Weighing {
  readonly targets: readonly number[];
  readonly beside: ReadonlyMap<number, Partners>;
  readonly drives: readonly CircuitDrive[];
}

/** Draws circuits in which pots of one terminal are weighed against others at anchors, and alters them. */
export class WeighingCircuits {
  constructor(
    private readonly profile: BoardProfile,
    private readonly anchors: readonly number[],
    private readonly random: RandomStream,
  ) {}

  draw(targets: readonly number[]): Weighing {
    const from = this.profile.from(targets[0]);
    return this.completed({ targets, beside: new Map(), drives: this.drives(from) });
  }

  /** The same with other partners at one terminal, or other drives. */
  altered(weighing: Weighing): Weighing {
    const { random } = this;
    const terminals = [...weighing.beside.keys()];
    const which = random.integer(terminals.length + 1);
    if (which === terminals.length) {
      return { ...weighing, drives: this.drives(this.profile.from(weighing.targets[0])) };
    }
    const beside = new Map(weighing.beside);
    beside.delete(terminals[which]);
    return this.completed({ ...weighing, beside });
  }

  /** With the targets at a tap. */
  circuit({ targets, beside, drives }: Weighing, tap: number): Circuit {
    const taps = new Uint8Array(this.profile.pots);
    const closed = new Set<number>(targets);
    for (const e of targets) taps[e] = tap;
    for (const partners of beside.values()) {
      for (const partner of partners) {
        closed.add(partner.pot);
        taps[partner.pot] = partner.tap;
      }
    }
    return { closed: [...closed].sort((a, b) => a - b), taps, drives };
  }

  /** Partners for every terminal that needs some: those where targets end, and hidden nodes from which something leads on. */
  private completed(weighing: Weighing): Weighing {
    const { profile } = this;
    const { sources, hidden } = profile;
    const { targets } = weighing;
    const from = profile.from(targets[0]);
    const beside = new Map<number, Partners>();
    const fed = new Set<number>(from >= sources ? [from] : []);
    for (const e of targets) {
      const terminal = profile.to(e);
      const least = terminal >= sources + hidden && profile.nudgeLoad_S > 0 ? 0 : 1;
      const partners =
        weighing.beside.get(terminal) ?? this.partners(terminal, least + this.random.integer(2), from);
      beside.set(terminal, partners);
      for (const { pot } of partners) if (profile.from(pot) >= sources) fed.add(profile.from(pot));
    }
    // An output that nothing holds drifts: it follows a hidden node.
    for (let k = 0; profile.nudgeLoad_S === 0 && from < sources && k < profile.outputs; k++) {
      const terminal = sources + hidden + k;
      beside.set(terminal, weighing.beside.get(terminal) ?? this.partners(terminal, 1, from));
    }
    for (const terminal of fed) {
      beside.set(
        terminal,
        weighing.beside.get(terminal) ?? this.partners(terminal, 1 + this.random.integer(2), -1),
      );
    }
    return { ...weighing, beside };
  }

  /** @param not no pots from this terminal */
  private partners(terminal: number, count: number, not: number): Partners {
    const { profile, random, anchors } = this;
    const own: number[] = [];
    for (let e = 0; e < profile.pots; e++) {
      if (profile.to(e) === terminal && profile.from(e) !== not) own.push(e);
    }
    return Array.from({ length: Math.min(count, own.length) }, () => {
      const [pot] = own.splice(random.integer(own.length), 1);
      return { pot, tap: anchors[random.integer(anchors.length)] };
    });
  }

  /** Two drives; a source that can be driven is driven fully, either way. Where there are but a few at all, every one. */
  private drives(from: number): CircuitDrive[] {
    const { profile, random } = this;
    if (profile.binaryInputs) return switchedDrives(profile);
    const inputs_mV = [...randomDrive(profile, random).inputs_mV];
    const limit_mV = Math.round(1000 * profile.inputLimit_V);
    if (from < profile.sources - 2) inputs_mV[from >> 1] = limit_mV;
    const other = inputs_mV.map((v) => (v === 0 ? 0 : -v));
    if (random.integer(2) === 0) {
      const i = random.integer(profile.inputs);
      other[i] = other[i] === 0 ? 0 : -other[i];
    }
    return [{ inputs_mV }, { inputs_mV: other }];
  }
}

/** All that switched inputs can be. */
function switchedDrives({ inputs, inputLimit_V }: BoardProfile): CircuitDrive[] {
  const limit_mV = Math.round(1000 * inputLimit_V);
  return Array.from({ length: 2 ** inputs }, (_, bits) => ({
    inputs_mV: Array.from({ length: inputs }, (_, i) => ((bits >> i) & 1 ? limit_mV : -limit_mV)),
  }));
}
