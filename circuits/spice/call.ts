import { nearestWord } from '../../core/index.js';
import type { Block } from './blocks.js';
import { type Default, parametersOf, sightIn } from './call-order.js';
import type { Card, Token } from './card.js';
import type { Instance } from './reader.js';
import { Scope } from './scope.js';

/** What a call hands to the subcircuit. */
interface Handed {
  /** The parameters of the instance. */
  readonly scope: Scope;
  /** How many of it stand side by side: its m, and those of the calls around it. */
  readonly copies: number;
}

/**
 * Works out the parameters of a call.
 * @param called the field that names the subcircuit
 * @param values what the call gives
 * @param instance where the call stands
 * @param home where the subcircuit is defined
 */
export function handOver(
  card: Card,
  called: Token,
  values: ReadonlyMap<string, Token>,
  block: Block,
  instance: Instance,
  home: Scope,
): Handed {
  const known = parametersOf(block, (name) => home.textOfFunction(name));
  const likeNgspice = instance.reading.dialect === 'ngspice';
  const given = new Map([...values].map(([name, { raw }]) => [name, raw]));
  const sight = likeNgspice ? sightIn(known, given) : undefined;
  const scope = new Scope(instance.reading.names, instance.scope, home, sight);
  for (const [name, { text, offset }] of block.defaults) scope.define(name, text, block.card ?? card, offset);
  for (const [name, token] of values) {
    if (name === 'm' && !known.has('m')) continue;
    if (!known.has(name)) {
      // Where a subcircuit has no parameters at all, ngspice refuses the call.
      const leftOut = likeNgspice && known.size > 0;
      const message = unknownParameter(name, called, known);
      instance.warn(card, leftOut ? `${message}; it is left out` : message, token);
      if (leftOut) continue;
    }
    const sees = (other: string): boolean => sight?.sees(name, other) ?? false;
    scope.fix(name, token.raw, card, token.offset, instance.scope, sees);
  }
  const m = known.has('m') ? undefined : values.get('m');
  if (likeNgspice && instance.copies !== 1) warnOfNestedCopies(card, values.get('m'), instance);
  return {
    scope,
    copies: instance.copies * (m === undefined ? 1 : copiesOf(card, m, instance, scope, known)),
  };
}

/** m of a call. In ngspice its text sees all parameters of the subcircuit. */
function copiesOf(
  card: Card,
  token: Token,
  instance: Instance,
  scope: Scope,
  known: ReadonlyMap<string, Default>,
): number {
  const likeNgspice = instance.reading.dialect === 'ngspice';
  if (likeNgspice) {
    for (const { name, text, card, offset, conditional } of known.values()) {
      if (!conditional) scope.define(name, text, card, offset);
    }
  }
  const call = { scope: instance.scope, sees: (name: string) => likeNgspice && known.has(name) };
  const copies = scope.ofCall('m', token.raw, card, token.offset, call);
  if (!(copies > 0)) throw card.error('value', `m must be above 0, got ${copies}`, token);
  return copies;
}

/**
 * ngspice writes m={m} behind what a subcircuit called with m contains: behind calls too late where these stand before in
 * the text, and over an m that they have.
 */
function warnOfNestedCopies(card: Card, m: Token | undefined, instance: Instance): void {
  const outer = instance.calledBy?.place();
  const own = card.place();
  if (m === undefined && outer !== undefined && outer.file === own.file && outer.line < own.line) return;
  const why =
    m !== undefined
      ? 'ngspice puts that m in the place of this one'
      : 'ngspice leaves that m out, as this line stands before that call';
  instance.warn(
    card,
    `${card.head} stands in a subcircuit called with m, which multiplies it here; ${why}`,
    m ?? card.tokens[0],
  );
}

function unknownParameter(name: string, called: Token, known: ReadonlyMap<string, unknown>): string {
  const near = nearestWord(name, [...known.keys()]);
  const knows = known.size === 0 ? 'it has none' : `it has ${[...known.keys()].slice(0, 20).join(', ')}`;
  return `${called.raw} has no parameter ${name}; ${near === undefined ? knows : `did you mean ${near}?`}`;
}
