/**
 * Who may import whom. The table is DESIGN's house; a folder that is not listed for another may not be imported by it.
 * `npm run layers` fails on the first breach.
 */
const allowed = {
  core: [],
  kernels: [],
  records: ['core'],
  devices: ['core', 'kernels'],
  circuits: ['core', 'devices'],
  solver: ['core', 'kernels', 'devices', 'circuits'],
  learning: ['core', 'records', 'devices'],
  drivers: ['core', 'records', 'devices'],
  calibration: ['core', 'devices', 'circuits', 'solver'],
  report: ['core', 'records'],
};
const floors = Object.keys(allowed);

const layerRules = floors.map((folder) => {
  const reachable = [folder, ...allowed[folder]];
  return {
    name: `${folder}-imports-only-${allowed[folder].join('-') || 'nothing'}`,
    comment: `${folder}/ may import ${allowed[folder].join(', ') || 'no other folder'}`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: { path: '^[a-z]+/', pathNot: [`^(${reachable.join('|')})/`, '^node_modules/'] },
  };
});

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nobody-imports-cli-but-its-composers',
      comment: 'cli/compose is for index.ts, bench/, examples/ and test/; the rest of cli/ is for cli/ alone',
      severity: 'error',
      from: { path: '^(index\\.ts|bench/|examples/|test/)' },
      to: { path: '^cli/', pathNot: '^cli/(compose/|compose\\.ts)' },
    },
    {
      name: 'packages-are-declared',
      comment: 'what runs in production is a dependency, not a development dependency',
      severity: 'error',
      from: { path: `^(${floors.join('|')}|cli|index)` },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|runs|coverage|kernels/assembly)/' },
    includeOnly: {
      path: '^(node_modules|index\\.ts|core|kernels|records|devices|circuits|solver|learning|drivers|calibration|report|cli|test|bench|examples)',
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'] },
  },
};
