import { CapacitorElement, InductorElement, ResistorElement } from '../../netlist/index.js';
import type { Card, Token } from '../card.js';
import type { Instance } from '../reader.js';

/** What LTspice lets a part carry beside itself, by name. */
export const parasiticNames: readonly string[] = ['rser', 'lser', 'rpar', 'cpar'];

/**
 * The resistances and the like that LTspice gives sources, capacitors and inductors on their own card: Rser and Lser in series,
 * then Rpar and Cpar beside all of it. Adds what is not 0 and hands back the node at which the part itself begins.
 * @param outer the card's first node in the circuit's names
 * @param other its second
 * @param series_ohm Rser where the card says none
 */
export function addParasitics(
  card: Card,
  instance: Instance,
  values: ReadonlyMap<string, Token>,
  outer: string,
  other: string,
  series_ohm = 0,
): string {
  const numberOf = (name: string): number => {
    const token = values.get(name);
    if (token === undefined) return 0;
    const value = instance.scope.number(card, token, name);
    if (value >= 0) return value;
    throw card.error('value', `${card.head}: ${name} must be 0 or more, got ${value}`, token);
  };
  const { circuit } = instance.reading;
  const name = instance.elementName(card.head);
  const [given, lser, rpar, cpar] = parasiticNames.map(numberOf);
  const rser = values.has('rser') ? given : series_ohm;
  if (rpar > 0) circuit.add(new ResistorElement(`${name}#rpar`, outer, other, rpar / instance.copies));
  if (cpar > 0) circuit.add(new CapacitorElement(`${name}#cpar`, outer, other, cpar * instance.copies));
  let inner = outer;
  if (rser > 0) {
    const from = inner;
    inner = `${name}#rser`;
    circuit.add(new ResistorElement(inner, from, inner, rser / instance.copies));
  }
  if (lser > 0) {
    const from = inner;
    inner = `${name}#lser`;
    circuit.add(new InductorElement(inner, from, inner, lser / instance.copies));
  }
  return inner;
}
