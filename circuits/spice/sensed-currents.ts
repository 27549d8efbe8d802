import { constant, VoltageSource } from '../netlist/index.js';
import type { Block } from './blocks.js';
import type { Card } from './card.js';
import { type Instance, senseOf } from './reader.js';

/** Elements whose current is no unknown of the equations; of B it depends on what the source gives. */
const WITHOUT_CURRENT = new Set(['r', 'c', 'd', 'f', 'g', 'i', 's', 'w']);
/** Cards that print or plot, which changes no answer. */
const prints = /^\.(print|plot|save|probe|four|fft)$/;

const known = new WeakMap<Block, readonly string[]>();

/** The names in I(name) of a block's cards, without those of sources whose current is an unknown. */
function namesIn(block: Block): readonly string[] {
  const before = known.get(block);
  if (before !== undefined) return before;
  const names = new Set<string>();
  for (const { text, head, plain } of block.cards) {
    if (plain || prints.test(head)) continue;
    for (const [, name] of text.matchAll(/\bi\s*\(\s*([a-z][\w.:]*)\s*\)/gi)) {
      const own = name.toLowerCase().replace(/^.*[.:]/, '');
      const ofCurrent = own[0] === 'b' && block.cards.some((card) => card.head === own && isCurrent(card));
      if (WITHOUT_CURRENT.has(own[0]) || ofCurrent) names.add(name.toLowerCase());
    }
  }
  known.set(block, [...names]);
  return [...names];
}

/**
 * Finds the elements of a block whose current is asked for, I(R1), though only voltage sources and inductors have one as an
 * unknown: LTspice and HSPICE let every element be named. Each gets a source of 0 V in series (`withSense`).
 */
export function noteSensed(instance: Instance): void {
  for (const name of namesIn(instance.block)) instance.reading.sensed.add(instance.elementName(name));
}

const isCurrent = (card: Card): boolean => card.tokens[3]?.text === 'i';

/** The instance in which a card is read: one that puts a source of 0 V before the element where its current is asked for. */
export function withSense(card: Card, instance: Instance): Instance {
  if (instance.reading.sensed.size === 0) return instance;
  const name = instance.elementName(card.head);
  const first = card.tokens[1];
  if (!instance.reading.sensed.has(name) || first === undefined) return instance;
  const sense = senseOf(name);
  const outer = instance.node(first.text);
  instance.reading.circuit.add(new VoltageSource(sense, outer, sense, constant(0)));
  return instance.renaming(outer, sense);
}
