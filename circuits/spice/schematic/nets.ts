import type { Drawing, Point } from './drawing.js';

const keyOf = ({ x, y }: Point): string => `${x},${y}`;

/** Which node each point of a drawing lies on: wires that touch, pins on them, and flags of one name are one. */
export class Nets {
  private readonly parent = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly rows = new Map<number, [Point, Point][]>();
  private readonly columns = new Map<number, [Point, Point][]>();
  private readonly slanted: (readonly [Point, Point])[] = [];
  private unnamed = 0;

  constructor({ wires, flags }: Drawing, pins: Iterable<Point>) {
    for (const [a, b] of wires) {
      this.join(keyOf(a), keyOf(b));
      if (a.y === b.y) put(this.rows, a.y, a.x <= b.x ? [a, b] : [b, a]);
      else if (a.x === b.x) put(this.columns, a.x, a.y <= b.y ? [a, b] : [b, a]);
      else this.slanted.push([a, b]);
    }
    // Whatever ends or lies on the inside of a wire is joined to it.
    for (const [a, b] of wires) {
      this.touch(a);
      this.touch(b);
    }
    for (const pin of pins) this.touch(pin);
    for (const { at, name } of flags) {
      this.touch(at);
      this.join(keyOf(at), `flag ${name.toLowerCase()}`);
    }
    for (const { at, name } of flags) {
      const root = this.root(keyOf(at));
      const before = this.names.get(root);
      if (before === undefined || name === '0') this.names.set(root, name);
    }
  }

  /** The name of the node at a point: its flag, or n001, n002 … in the order of asking, as LTspice names them. */
  nodeAt(point: Point): string {
    const root = this.root(keyOf(point));
    let name = this.names.get(root);
    if (name === undefined) {
      const taken = new Set(this.names.values());
      do name = `N${String(++this.unnamed).padStart(3, '0')}`;
      while (taken.has(name));
      this.names.set(root, name);
    }
    return name;
  }

  private touch(point: Point): void {
    const key = keyOf(point);
    for (const [a, b] of this.rows.get(point.y) ?? [])
      if (a.x <= point.x && point.x <= b.x) this.join(key, keyOf(a));
    for (const [a, b] of this.columns.get(point.x) ?? [])
      if (a.y <= point.y && point.y <= b.y) this.join(key, keyOf(a));
    for (const [a, b] of this.slanted) if (liesOn(point, a, b)) this.join(key, keyOf(a));
  }

  private root(key: string): string {
    let at = key;
    for (let next = this.parent.get(at); next !== undefined && next !== at; next = this.parent.get(at)) {
      this.parent.set(at, this.parent.get(next) ?? next);
      at = next;
    }
    return at;
  }

  private join(one: string, other: string): void {
    const [a, b] = [this.root(one), this.root(other)];
    if (a !== b) this.parent.set(a, b);
  }
}

function put<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const list = into.get(key);
  if (list === undefined) into.set(key, [value]);
  else list.push(value);
}

function liesOn(point: Point, a: Point, b: Point): boolean {
  const across = (point.x - a.x) * (b.y - a.y) - (point.y - a.y) * (b.x - a.x);
  const along = (point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y);
  return across === 0 && along >= 0 && along <= (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
}
