import { OhmpropError } from '../../core/index.js';
import { assignments } from './assignments.js';
import { selectBranches } from './blocks.js';
import { handOver } from './call.js';
import type { Card } from './card.js';
import { elementReaders, whyNot } from './cards/index.js';
import { definitionReaders, readOtherDotCard, requestReaders, settingReaders } from './dot-cards.js';
import { Instance } from './reader.js';
import { tooDeep } from './scope.js';
import { noteSensed, withSense } from './sensed-currents.js';
import { readSteps } from './step-card.js';

/** Elements that m= of a call does not simply multiply. */
const ONE_BY_ONE = new Set(['b', 'f', 'h', 's', 'w', 'k']);
const branchCards = new Set(['.if', '.elseif', '.else', '.endif']);
const MAX_DEPTH = 40;
const MAX_ELEMENTS = 5_000_000;
const MAX_INSTANCES = 300_000;

/** Turns the cards of a block into elements, subcircuit instances and all. */
export function elaborate(instance: Instance): void {
  const { block, scope, reading } = instance;
  // Of a large circuit nearly all cards are elements, and each walk through all of them costs.
  const dots = block.cards.filter(({ text }) => text[0] === '.');
  // Parameters outside of any .if are known to every condition.
  let depth = 0;
  for (const card of dots) {
    if (card.head === '.if') depth++;
    else if (card.head === '.endif') depth--;
    else if (depth === 0) definitionReaders.get(card.head)?.(card, instance);
  }
  readSteps(dots, instance);
  let { cards } = block;
  let chosen = dots;
  if (dots.some(({ head }) => branchCards.has(head))) {
    const outside = new Set(unconditional(dots));
    cards = selectBranches(block.cards, (card, text, offset) => scope.evaluate(text, card, offset) !== 0);
    chosen = cards.filter(({ text }) => text[0] === '.');
    for (const card of chosen) if (!outside.has(card)) definitionReaders.get(card.head)?.(card, instance);
    if (reading.dialect === 'ngspice') warnOfLeftOut(dots, chosen, instance);
  }
  for (const card of chosen) settingReaders.get(card.head)?.(card, instance);
  noteSensed(instance);
  // Those of a subcircuit are read again at its next call.
  const lastTime = instance.parent === undefined;
  for (const card of cards) {
    const { head } = card;
    if (head[0] === '.') {
      if (definitionReaders.has(head) || settingReaders.has(head) || head === '.step') continue;
      const request = requestReaders.get(head);
      if (request === undefined) readOtherDotCard(card, instance);
      else request(card, instance);
      continue;
    }
    if (reading.circuit.size > MAX_ELEMENTS) {
      throw card.error(
        'too-large',
        `more than ${MAX_ELEMENTS} elements; look for subcircuits that contain many others`,
      );
    }
    readElement(card, instance);
    if (lastTime) card.forgetTokens();
  }
}

/** ngspice reads a .param whatever the .if around it says. */
function warnOfLeftOut(all: readonly Card[], kept: readonly Card[], instance: Instance): void {
  if (kept.length === all.length) return;
  const left = new Set(kept);
  for (const card of all) {
    if (left.has(card) || !/^\.params?$|^\.parameters$/.test(card.head)) continue;
    instance.warn(
      card,
      'this .param stands in a branch of .if that does not hold and is left out; ngspice takes it all the same',
    );
  }
}

function unconditional(cards: readonly Card[]): Card[] {
  let depth = 0;
  return cards.filter((card) => {
    if (card.head === '.if') depth++;
    else if (card.head === '.endif') depth--;
    return depth === 0;
  });
}

function readElement(card: Card, instance: Instance): void {
  const letter = card.head[0];
  if (!card.plain && (card.tokens.length === 0 || card.tokens[0].quoted)) {
    throw card.error('syntax', 'a card starts with the name of an element or a dot');
  }
  if (letter === 'x') {
    readSubcircuit(card, instance);
    return;
  }
  const reader = elementReaders.get(letter);
  if (reader === undefined) {
    const reason = whyNot(letter);
    if (reason === undefined) {
      throw card.error(
        'unknown-card',
        `no element's name starts with "${card.tokens[0].raw[0]}"`,
        card.tokens[0],
      );
    }
    instance.unsupported(card, `${card.head}: ${reason.what}`, undefined, reason.ngspice && undefined);
    return;
  }
  refuseDuplicate(card, instance);
  if (instance.copies !== 1 && ONE_BY_ONE.has(letter)) {
    instance.unsupported(
      card,
      `${card.head} stands in a subcircuit called with m: of ${letter.toUpperCase()} elements ngspice multiplies some and others not; call it several times instead`,
      undefined,
      false,
    );
    return;
  }
  withPlace(card, () => reader(card, withSense(card, instance)));
}

/** Gives what an element itself refuses the place of its card. */
function withPlace(card: Card, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (error instanceof RangeError) throw card.error('expression', tooDeep);
    if (!(error instanceof OhmpropError) || error.code.startsWith('spice.')) throw error;
    throw card.error('value', `${card.head}: ${error.message}`);
  }
}

function refuseDuplicate(card: Card, instance: Instance): void {
  if (instance.reading.circuit.element(instance.elementName(card.head)) !== undefined) {
    throw card.error(
      'duplicate',
      `element ${card.head} is there twice; give each its own name`,
      card.tokens[0],
    );
  }
}

/** X name nodes… subcircuit [params:] name=value… */
function readSubcircuit(card: Card, instance: Instance): void {
  const { values, rest } = assignments(card, 1);
  const fields = rest.filter((token) => token.text !== 'params:');
  const called = fields[fields.length - 1];
  if (called === undefined) throw card.missing('its nodes and the name of a subcircuit');
  const found = instance.subcircuit(called.text);
  if (found === undefined) throw card.error('subcircuit', `there is no .subckt ${called.raw}`, called);
  const { block, home } = found;
  const nodes = fields.slice(0, -1);
  if (nodes.length !== block.ports.length) {
    throw card.error(
      'subcircuit',
      `${card.head} joins ${nodes.length} nodes to ${called.raw}, which has ${block.ports.length} ports`,
      called,
    );
  }
  if (instance.depth >= MAX_DEPTH) {
    throw card.error(
      'subcircuit',
      `subcircuits are nested more than ${MAX_DEPTH} deep; does one contain itself?`,
    );
  }
  if (instance.reading.instances.has(instance.elementName(card.head))) {
    throw card.error(
      'duplicate',
      `element ${card.head} is there twice; give each its own name`,
      card.tokens[0],
    );
  }
  instance.reading.instances.add(instance.elementName(card.head));
  if (instance.reading.instances.size > MAX_INSTANCES) {
    throw card.error('too-large', `more than ${MAX_INSTANCES} instances of subcircuits; do they multiply?`);
  }
  const { scope, copies } = handOver(card, called, values, block, instance, home.scope);
  block.ports.forEach((port, k) => {
    if (port !== 'gnd' || !instance.reading.groundEverywhere || instance.node(nodes[k].text) === '0') return;
    const message = `${called.raw} calls a port gnd, which is ground everywhere: ${nodes[k].raw} is joined to nothing there`;
    instance.warn(card, message, nodes[k]);
  });
  const ports = new Map(block.ports.map((port, k) => [port, instance.node(nodes[k].text)]));
  const prefix = `${instance.prefix}${card.head}.`;
  for (const [port, node] of ports) instance.reading.portNodes.set(prefix + port, node);
  const depth = instance.depth + 1;
  elaborate(new Instance(instance.reading, block, scope, prefix, ports, home, depth, copies, card));
}
