import type { z } from 'zod';
import type { OhmpropError } from '../../core/index.js';
import type { Setting, Tree } from '../../experiments/schema/index.js';
import type { FileContent, ShapedArray } from '../../records/index.js';
import type { Figure } from '../../report/index.js';
import type { Exit, Io } from '../io.js';

/** A command: what it takes, and how it answers. The frame does everything between. */
export interface CommandDefinition<S extends z.ZodObject = z.ZodObject> {
  /** One key an option; `.meta({ flag, … })` or `.meta({ argument })` says how it is written. */
  readonly options: S;
  /** Settings of a run's configuration that it takes as flags as well, and by their path in a YAML file. */
  readonly settings?: readonly Setting[];
  /** Its YAML file is the configuration of a run, with options of the command among its keys. @see Context.file */
  readonly takesConfiguration?: boolean;
  /** Its arguments may be a YAML or JSON file in their place: one word that ends in .yaml, .yml or .json. */
  readonly takesFileOrWords?: boolean;
  /** Endings that `-o` takes, each with what it then writes: `{ '.csv': 'outputs' }`; `/` for a directory. `.json` goes with every command. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Takes modules of the user (`--use`): their names mean something to it; `runs`: it opens runs, which ask for theirs again. */
  readonly uses?: 'names' | 'runs';
  /** Draws a figure: `-o` takes .svg, .png and .html, `--figure` its width. @see Answer.figure */
  readonly draws?: string;
  /** Whole lines that a reader could type. */
  readonly examples: readonly string[];
  /** More to say in the help: what it does to hardware, what its values are. */
  readonly notes?: string;
  /** Old flags and what they are called now: `{ '--csv': '--out' }`. */
  readonly formerFlags?: Readonly<Record<string, string>>;
  /** Refuses options that each are right and together say nothing: before it is run, and before a study of it plans a trial. */
  check?(options: OptionsOf<S>): void;
  answer(options: OptionsOf<S>, context: Context): Promise<Answer>;
}

/** What an action is given: what was not said is not there, rather than undefined. */
export type OptionsOf<S extends z.ZodObject> = Given<z.output<S>>;

type Given<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** What a command is told besides its options. */
export interface Context {
  readonly io: Io;
  /** What flags of settings said, and where `takesConfiguration` does not hold the YAML file, as a part of a configuration. */
  readonly settings: Tree;
  /** The YAML file of a command that takes a configuration, and the keys of it that were options of the command. */
  readonly file?: { readonly path: string; readonly taken: readonly string[] };
  /** Endings that `-o` asks for. */
  readonly asked: ReadonlySet<string>;
  /** Directory that `-o` names, of a command that fills one. */
  readonly directory?: string;
  /** Files that are there may be replaced. */
  readonly force: boolean;
  /** The answer goes out as JSON. */
  readonly json: boolean;
  /** What was typed, to be typed again. */
  readonly line: string;
}

/** What a command found out. The frame prints it on stdout, and writes what `-o` asked for. */
export interface Answer {
  /** For people; several lines. */
  readonly text: string;
  /** The same for programs: numbers in SI units, named with them. */
  readonly json: object;
  /** What `-o` writes, by ending; called only if it is asked for. */
  readonly outputs?: Readonly<Record<string, (how: FigureRequest) => Output | Promise<Output>>>;
  /** Draws the figure of `draws`. */
  readonly figure?: (how: FigureRequest) => Figure | DrawnFigure | Promise<Figure | DrawnFigure>;
  /** The run that was looked at: captions name its directory, as `last` is another one tomorrow. */
  readonly run?: { readonly typed: string; readonly path: string };
  /** Files and directories that the command has written itself. */
  readonly files?: readonly string[];
  /** Of a command that is asked line by line: one JSON object each, printed as they come, in place of text and json. */
  readonly replies?: AsyncIterable<object>;
  /** What goes on once the answer is out, of a command that serves until it is ended. */
  readonly goesOn?: () => Promise<void>;
  /** Instead of that, where the answer cannot be written: ends what has been started for it. */
  readonly givesUp?: () => Promise<void>;
  /** Why this is no success although there is an answer: thrown once all is written and printed. */
  readonly failure?: OhmpropError | Exit;
}

/** Content of a file: text, bytes, or arrays by name for a `.npz`. */
export type Output = FileContent | { readonly npz: Readonly<Record<string, ShapedArray>> };

/** How a figure is asked for; a `Figure` of `report/` is told by the frame. */
export interface FigureRequest {
  /** `--figure 85mm`; as wide as it likes to be where nothing is said. */
  readonly width_mm?: number;
  /** The command that draws it again. */
  readonly redraw: string;
}

/** A drawing made by the command itself, and the numbers in it. */
export interface DrawnFigure {
  readonly svg: string;
  /** Written beside it. */
  readonly csv: string;
}

/** Declares a command. */
export function defineCommand<S extends z.ZodObject>(definition: CommandDefinition<S>): CommandDefinition {
  return definition as unknown as CommandDefinition;
}
