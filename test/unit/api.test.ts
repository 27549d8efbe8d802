import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  exports: Record<string, string | { types: string }>;
};
/** Each face by the name that it is imported under, and its source. */
const faces = Object.entries(exports).flatMap(([name, target]) =>
  typeof target === 'string'
    ? []
    : [[name, target.types.replace('./dist', root).replace('.d.ts', '.ts')] as const],
);

const config = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile).config;
const { tsBuildInfoFile: _, ...options } = ts.parseJsonConfigFileContent(config, ts.sys, root).options;
const program = ts.createProgram(
  faces.map(([, file]) => file),
  { ...options, noEmit: true, incremental: false },
);
const checker = program.getTypeChecker();

/** Names with what they stand for, wherever that is defined. */
function exportsOf(file: string): { name: string; symbol: ts.Symbol }[] {
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is no source of the package`);
  const module = checker.getSymbolAtLocation(source);
  if (module === undefined) return [];
  return checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, symbol: original(symbol) }));
}

function original(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function kindOf({ flags }: ts.Symbol): string {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  if (flags & ts.SymbolFlags.Variable) return 'const';
  return 'type';
}

describe('the public interface', () => {
  // A name that comes or goes is a decision: `npx vitest run test/unit/api.test.ts -u` writes the new list.
  it('exports what the list says, by face', async () => {
    const list = faces.map(([name, file]) => {
      const lines = exportsOf(file).map(({ name, symbol }) => `  ${kindOf(symbol)} ${name}`);
      return [name.replace('.', 'ohmprop'), ...lines.sort()].join('\n');
    });
    await expect(`${list.join('\n\n')}\n`).toMatchFileSnapshot('../golden/api.txt');
  });

  // What `DeviceFrame` and `HeldEquilibrium` ask of a device is their purpose; anything else protected would be an innard.
  it('shows no innards: what is protected is a hook of the frames', () => {
    const classes = faces.flatMap(([, file]) =>
      exportsOf(file).flatMap(({ name, symbol }) =>
        (symbol.declarations ?? []).filter(ts.isClassDeclaration).map((declaration) => ({
          name,
          members: declaration.members
            .filter((member) => ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Protected)
            .map((member) => member.name?.getText()),
        })),
      ),
    );
    const frames = classes.filter(({ name }) => ['DeviceFrame', 'HeldEquilibrium'].includes(name));
    const hooks = new Set(frames.flatMap(({ members }) => members));
    expect(hooks.size).toBeGreaterThan(10);
    const leaks = classes.flatMap(({ name, members }) =>
      members.filter((member) => !hooks.has(member)).map((member) => `${name}.${member}`),
    );
    expect([...new Set(leaks)]).toEqual([]);
  });

  it('describes every name that it exports', () => {
    const bare = faces.flatMap(([, file]) =>
      exportsOf(file)
        .filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0)
        .map(({ name }) => name),
    );
    expect([...new Set(bare)].sort()).toEqual([]);
  });
});
