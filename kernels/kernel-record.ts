/** Fields that hold a float, in whichever record they are. */
const floatFields = new Set<string>([
  'lowest',
  'highest',
  'tolerance',
  'outputChange',
  'deltaTolerance',
  'betaLow',
  'betaHigh',
  'beta',
  'epsilon',
  'bound',
  'diodeOn',
  'least',
  'most',
  'factor',
  't0',
  'codeStep',
  'codesAUnit',
  'lowestCode',
  'highestCode',
  'differenceStep',
  'differencesAUnit',
  'lowestDifference',
  'highestDifference',
]);

/** Where each field lies and whether it is a float; made once for each kind of record. */
const places = new Map<readonly string[], Map<string, { at: number; float: boolean }>>();

function placesOf(names: readonly string[]): Map<string, { at: number; float: boolean }> {
  let found = places.get(names);
  if (found === undefined) {
    found = new Map(names.map((name, at) => [name, { at, float: floatFields.has(name) }]));
    places.set(names, found);
  }
  return found;
}

/** A record in a kernel's memory, by field name. */
export class KernelRecord<Name extends string> {
  private readonly whole: Int32Array;
  private readonly float: Float32Array;
  private readonly places: Map<string, { at: number; float: boolean }>;

  /** @param offset byte offset of the record */
  constructor(
    names: readonly Name[],
    buffer: SharedArrayBuffer,
    readonly offset: number,
  ) {
    this.places = placesOf(names);
    this.whole = new Int32Array(buffer, offset, names.length);
    this.float = new Float32Array(buffer, offset, names.length);
  }

  set(fields: Partial<Readonly<Record<Name, number>>>): void {
    for (const name in fields) {
      const value = fields[name];
      const place = this.places.get(name);
      if (value !== undefined && place !== undefined)
        (place.float ? this.float : this.whole)[place.at] = value;
    }
  }

  get(name: Name): number {
    const place = this.places.get(name)!;
    return (place.float ? this.float : this.whole)[place.at];
  }
}
