const { readdirSync } = require('node:fs');

/**
 * Who may import whom: DESIGN's house as data. Rooms are listed from the ground up, inner rooms before the folder around
 * them; a file belongs to the first room whose path it lies under. A room imports itself and what is listed for it.
 * `npm run layers` fails on the first breach, and on a folder that no room covers.
 */
const contracts = ['core', 'devices/contract'];
const networks = [
  ...contracts,
  'kernels',
  'devices/elements',
  'devices/cells',
  'devices/boards',
  'devices/limits',
  'devices/described',
];
const circuits = [...networks, 'circuits'];
/** What measuring rests on; its own rooms follow each other below. */
const measuring = [...circuits, 'solver', 'records', 'calibration/measured', 'calibration/estimates'];
const below = [...circuits, 'solver', 'records', 'learning', 'drivers', 'calibration', 'report'];
const rooms = {
  core: [],
  kernels: ['core'],
  records: ['core'],
  'devices/contract': ['core'],
  'devices/elements': ['core'],
  'devices/cells': [...contracts, 'kernels'],
  'devices/boards': [...contracts, 'devices/elements'],
  'devices/limits': contracts,
  'devices/described': contracts,
  circuits: [...contracts, 'devices/elements'],
  solver: circuits,
  learning: [...contracts, 'records'],
  drivers: [...contracts, 'devices/boards', 'devices/limits', 'records'],
  'calibration/measured': ['core'],
  'calibration/estimates': ['core'],
  'calibration/files': ['core', 'records', 'calibration/measured', 'calibration/estimates'],
  'calibration/features': measuring,
  'calibration/trains': measuring,
  'calibration/branches': [...measuring, 'calibration/features'],
  'calibration/dynamics': [...measuring, 'calibration/features'],
  'calibration/cell-files': [
    ...measuring,
    'calibration/trains',
    'calibration/branches',
    'calibration/dynamics',
  ],
  'calibration/batch': [
    ...measuring,
    'calibration/files',
    'calibration/features',
    'calibration/trains',
    'calibration/branches',
    'calibration/dynamics',
    'calibration/cell-files',
  ],
  'calibration/boards': measuring,
  'calibration/program': networks,
  report: ['core', 'records'],
  'experiments/schema': ['core'],
  'experiments/composition': [...below, 'experiments/schema'],
  'experiments/modules': [...below, 'experiments/schema', 'experiments/composition'],
  'experiments/sessions': [...below, 'experiments/schema', 'experiments/composition', 'experiments/modules'],
  'experiments/studies': [
    ...below,
    'experiments/schema',
    'experiments/composition',
    'experiments/modules',
    'experiments/sessions',
  ],
  'experiments/kept': [
    ...below,
    'experiments/schema',
    'experiments/composition',
    'experiments/modules',
    'experiments/sessions',
  ],
  'experiments/watching': [...below, 'experiments/schema', 'experiments/kept'],
  'experiments/index.ts': [
    'experiments/schema',
    'experiments/composition',
    'experiments/modules',
    'experiments/sessions',
    'experiments/studies',
    'experiments/kept',
  ],
  cli: [...below, 'experiments'],
  'contract-tests': contracts,
  'index.ts': below,
  faces: [...below, 'experiments'],
  bench: [...below, 'experiments', 'index.ts', 'faces', 'examples'],
  examples: [...below, 'experiments', 'index.ts', 'faces'],
  test: [...below, 'experiments', 'cli', 'contract-tests', 'index.ts', 'faces', 'bench', 'examples'],
};
/** Neither imports nor is imported by TypeScript. */
const noCode = ['docs', 'firmware', 'build', 'dist', 'runs', 'coverage', 'node_modules'];
const patternOf = (room) => (room.endsWith('.ts') ? `^${room.replace('.', '\\.')}$` : `^${room}/`);

const layerRules = Object.entries(rooms).map(([room, reachable]) => ({
  name: `${room}-imports-only-${reachable.join(',') || 'nothing'}`,
  severity: 'error',
  from: { path: patternOf(room) },
  to: {
    path: Object.keys(rooms).map((other) => patternOf(other.split('/')[0])),
    pathNot: [room, ...reachable].map(patternOf),
  },
}));

/** A folder with an index.ts is a room; from outside it, only that page may be imported. Tests look inside. */
const foldersWithFace = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return foldersWithFace(`${folder}/${entry.name}`);
    return entry.name === 'index.ts' ? [folder] : [];
  });
const topFolders = [...new Set(Object.keys(rooms).map((room) => room.split('/')[0]))].filter(
  (room) => !room.endsWith('.ts'),
);
const faceRules = topFolders.flatMap(foldersWithFace).map((room) => ({
  name: `${room}-by-its-index`,
  severity: 'error',
  from: { path: '\\.ts$', pathNot: [`^${room}/`, '^test/'] },
  to: { path: `^${room}/[^/]+\\.ts$`, pathNot: `^${room}/index\\.ts$` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...faceRules,
    {
      name: 'every-folder-is-a-room',
      comment: 'a folder that is not listed here is an error until it is',
      severity: 'error',
      from: { path: '\\.ts$', pathNot: [...Object.keys(rooms), ...noCode].map(patternOf).concat('^[^/]+$') },
      to: {},
    },
    {
      name: 'kernels-by-the-front-door',
      severity: 'error',
      from: { path: '\\.ts$', pathNot: '^kernels/' },
      to: { path: '^kernels/', pathNot: '^kernels/index\\.ts$' },
    },
    {
      name: 'node-in-platform-files',
      comment:
        'what a browser can run imports Node in one file a concern; beside it lies what a browser does instead',
      severity: 'error',
      from: {
        path: '^(core|kernels|devices|circuits|solver|learning)/.*\\.ts$',
        pathNot:
          '^(kernels/(files|threads)|core/input/regular-file|learning/data/platform|solver/ngspice/[^/]+|circuits/spice/read-file)\\.ts$',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'packages-are-declared',
      comment:
        'what runs in production is a dependency, or bundled into the one file that imports it (faces/bundle.mjs)',
      severity: 'error',
      from: {
        path: '\\.ts$',
        pathNot: '^(test|bench|examples)/|^vitest|^core/equations/parser\\.ts$|^experiments/watching/page/',
      },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        // An optional peer is installed here for tests, and loaded where a user has it.
        dependencyTypesNot: ['type-only', 'npm-peer'],
      },
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
    exclude: { path: '^(build|dist|runs|coverage|kernels/assembly)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
