import { inputError, quoted } from '../../core/index.js';
import { boardPresetFor } from './board-presets.js';
import { checkConfig, type Where } from './check-config.js';
import { dataNamesKnown, deviceNamesKnown } from './choices.js';
import {
  type Change,
  changeOfFile,
  changeOfFlags,
  changeOfSet,
  changeOfTree,
  valueAt,
} from './config-changes.js';
import { preset, presets } from './presets.js';
import { ruleDefaults } from './rule-defaults.js';
import type { RunConfig } from './run-config.js';
import { isTree, mergeTrees, type Tree } from './settings.js';
import { unusedSettings } from './unused-settings.js';

/** Where a configuration is read from, weakest first: a preset, a file, assignments, flags. */
export interface ConfigSources {
  /** A YAML or JSON file; its own `preset` key is the base it changes. */
  readonly file?: string;
  /** Keys of the file that are not of the configuration: options of the command that takes it. */
  readonly except?: readonly string[];
  /** The same as a file that has been read; messages name its place. */
  readonly written?: { readonly tree: Tree; readonly place: string };
  readonly preset?: string;
  /** `path=value`, the value read as YAML. */
  readonly set?: readonly string[];
  /** What flags say: the last word. */
  readonly flags?: Tree;
}

/** The preset used when none is asked for: the one named as the data, or this. */
export const DEFAULT_PRESET = 'digits';

/** The one used for a table of one's own. */
const OWN_DATA_PRESET = 'table';

/**
 * Preset, then file, then --set, then flags, each over the one before; checked as a whole. What a preset says for its own
 * kind of data or network (samples held out, volts at inputs and outputs) is left out with another kind.
 * @throws OhmpropError `config.invalid` naming where each wrong setting was said, `config.unused` where one that was asked
 *   for has no effect beside the others
 */
export async function readConfig(sources: ConfigSources): Promise<RunConfig> {
  const changes = ofOneKind(
    [
      ...(sources.file === undefined ? [] : [await changeOfFile(sources.file, sources.except)]),
      ...(sources.written === undefined ? [] : [changeOfTree(sources.written)]),
      ...(sources.set ?? []).map(changeOfSet),
      changeOfFlags(sources.flags ?? {}),
    ].map((change) => ({ ...change, tree: onItsKind(change.tree) })),
  );
  const asked = changes.reduce<Tree>((tree, change) => merge(tree, change.tree), {});
  const name = sources.preset ?? presetOf(asked, changes);
  const base = presetFor(name, asked, sources.preset !== undefined || asked.preset !== undefined);
  const tree: Tree = changes.reduce((under, change) => merge(under, change.tree), base);
  tree.preset = name;
  const where = placesOf(changes, `preset ${name}`);
  const config = checkConfig(tree, where);
  const refused = unusedSettings(config).filter(
    ({ path, onlyTime }) => !onlyTime && saysMore(path, asked, base),
  );
  if (refused.length === 0) return config;
  const told = refused.map(({ path, reason }) => `${where(path).text} has no effect: ${reason}`);
  const [{ path }] = refused;
  throw inputError('config.unused', told.join('\n'), undefined, { ...where(path).at, field: path.join('.') });
}

/** A device is a board, as `--device` takes it, unless a module that is in use has one of that name. */
function onItsKind(tree: Tree): Tree {
  const { network } = tree;
  if (!isTree(network) || network.kind !== 'board') return tree;
  if (!deviceNamesKnown.names.includes(String(network.device))) return tree;
  return { ...tree, network: { ...network, kind: 'device' } };
}

/** Networks of another kind than was asked for last are left out; what was said of no kind is of that one. */
function ofOneKind(changes: readonly Change[]): Change[] {
  const kindOf = ({ tree: { network } }: Change) => (isTree(network) ? network.kind : undefined);
  const last = changes.map(kindOf).findLast((kind) => kind !== undefined);
  return changes.map((change) => {
    const kind = kindOf(change);
    if (kind === undefined || kind === last) return change;
    const { network: _, ...tree } = change.tree;
    return { ...change, tree };
  });
}

/** Names settings by where they were said last, or, where one is missing, by what it lies in. */
function placesOf(changes: readonly Change[], otherwise: string): Where {
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const part = path.slice(0, length);
      const change = changes.findLast(({ tree }) => valueAt(tree, part) !== undefined);
      if (change === undefined) continue;
      const { place, names, at } = change.where(part);
      const text = names && length === path.length ? place : `${place}: ${path.join('.')}`;
      return { text, ...(at && { at }) };
    }
    return { text: `${otherwise}: ${path.join('.')}` };
  };
}

/** Whether somebody asked for a setting, and for something else than the preset says. */
function saysMore(path: readonly string[], asked: Tree, base: Tree): boolean {
  const value = valueAt(asked, path);
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(valueAt(base, path));
}

/** The preset that a file or --set names, that of the board asked for, or that of the data. */
function presetOf(asked: Tree, changes: readonly Change[]): string {
  if (asked.preset !== undefined) {
    if (typeof asked.preset === 'string') return asked.preset;
    const said = changes.findLast(({ tree }) => tree.preset !== undefined)?.where(['preset']);
    throw inputError(
      'config.preset',
      `${said?.place}: preset must be a name, got ${quoted(JSON.stringify(asked.preset))}`,
    );
  }
  const { network, data } = asked;
  if (isTree(network) && network.kind === 'board') {
    return boardPresetFor(data as string | undefined, network.profile as string | undefined);
  }
  if (typeof data !== 'string') return DEFAULT_PRESET;
  if (isOwn(data)) return OWN_DATA_PRESET;
  return Object.hasOwn(presets, data) && data !== OWN_DATA_PRESET ? data : DEFAULT_PRESET;
}

/** A preset without what it says for another kind of data or network than is asked for. */
function presetFor(name: string, asked: Tree, named: boolean): Tree {
  const tree = preset(name) as unknown as Tree & { network: Tree; training: Tree };
  const { data, network } = asked;
  const kind = (isTree(network) ? network.kind : undefined) ?? tree.network.kind;
  if (data !== undefined && kindOf(data) !== kindOf(tree.data)) {
    delete tree.validation;
    // How hard a network may be nudged depends on its size, which the data set; a board's own β does not.
    if (isOwn(data) && kind !== 'board') tree.training.beta = 'auto';
  }
  adaptToRule(tree, asked, kind);
  if (kind === tree.network.kind) return tree;
  if (named && kind === 'board') {
    throw inputError(
      'config.preset',
      `preset ${name} is of a ${tree.network.kind} network, whose β and rates mean something else on a board; take a board's preset (${boardPresetNames().join(', ')}), or leave it out`,
    );
  }
  delete tree.coding;
  tree.network = { kind };
  if (kind !== 'device') return tree;
  const { training } = deviceNamesKnown.get(String((network as Tree).device)) ?? {};
  return training === undefined ? tree : mergeTrees(tree, { training });
}

/** A preset's β and rates are those of equilibrium propagation: under another rule, what nobody asked for is that rule's. */
function adaptToRule({ training }: { training: Tree }, asked: Tree, kind: unknown): void {
  const rule = valueAt(asked, ['training', 'rule']);
  const own = ruleDefaults[rule as keyof typeof ruleDefaults];
  if (own === undefined) return;
  training.beta = 'auto';
  if (own.estimator !== undefined) training.estimator = own.estimator;
  if (kind !== 'resistive') return;
  for (const rates of ['conductanceRates', 'biasRates']) {
    const scaled = [training[rates]].flat().map((rate) => Number(rate) * own.rateFactor);
    training[rates] = scaled.map((rate) => Number(rate.toPrecision(6)));
  }
}

function boardPresetNames(): string[] {
  return Object.keys(presets).filter((name) => presets[name].network.kind === 'board');
}

/** Data that a user brings, which no preset was made for. */
function isOwn(data: unknown): boolean {
  return ['csv', 'npz', ...dataNamesKnown.names].includes(kindOf(data));
}

/** `mnist` of `mnist:DIR`. */
function kindOf(data: unknown): string {
  return String(data).split(':', 1)[0];
}

function merge(base: Tree, over: Tree): Tree {
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    if (value === null) {
      // `null` takes back what the preset says.
      delete merged[key];
      continue;
    }
    const under = merged[key];
    // A network of another kind replaces the preset's as a whole.
    const sameKind =
      !isTree(value) ||
      value.kind === undefined ||
      (isTree(under) && (under.kind === undefined || under.kind === value.kind));
    merged[key] = isTree(value) && isTree(under) && sameKind ? merge(under, value) : value;
  }
  return merged;
}
