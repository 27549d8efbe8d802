"""
The cases that badcrossbar (https://github.com/joksas/badcrossbar) tests itself by, solved in Qucs: 33 crossbars of one input vector and the 11
of three, through `ohmprop crossbar solve`. Prints the largest differences of output and cell currents and of node voltages.
    npm run build && python3 bench/badcrossbar.py CHECKOUT
The checkout's tests/qucs/*.pickle are unpickled: take one that you trust. Nothing of ohmprop's code is used but the command.
"""
import glob, json, os, pickle, subprocess, sys, tempfile
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
OHMPROP = ['node', os.path.join(HERE, '..', 'dist', 'cli', 'main.js')]


def solve(folder, resistances, applied, word_ohm, bit_ohm):
    np.savetxt(os.path.join(folder, 'R.csv'), resistances, delimiter=',')
    np.savetxt(os.path.join(folder, 'V.csv'), applied, delimiter=',')
    out = os.path.join(folder, 'solved.json')
    subprocess.run(
        [*OHMPROP, 'crossbar', 'solve', '--resistances', 'R.csv', '--inputs', 'V.csv', '--convention', 'badcrossbar']
        + ['--wire-row-ohm', repr(float(word_ohm)), '--wire-col-ohm', repr(float(bit_ohm)), '-o', out, '--force', '--json'],
        cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with open(out) as f:
        solved = json.load(f)
    assert solved['status'] == 'settled'
    return {
        'output currents': np.array(solved['outputCurrents_A']).T,
        'cell currents': np.array(solved['deviceCurrents_A']),
        'word lines': np.array(solved['wordVoltages_V']),
        'bit lines': np.array(solved['bitVoltages_V']),
    }


def compare(cases, folder, largest):
    resistances, _, word_ohm, bit_ohm = cases[0][:4]
    applied = np.concatenate([case[1] for case in cases], axis=1)
    right = {
        'output currents': np.concatenate([case[4] for case in cases]),
        'cell currents': np.array([case[5] for case in cases]),
        'word lines': np.array([case[8] for case in cases]),
        'bit lines': np.array([case[9] for case in cases]),
    }
    found = solve(folder, resistances, applied, word_ohm, bit_ohm)
    for name, values in right.items():
        assert found[name].shape == values.shape, (name, found[name].shape, values.shape)
        there = np.isfinite(values)
        off = np.abs(found[name] - values)[there].max(initial=0)
        largest[name] = max(largest.get(name, 0), off)
        # what badcrossbar asks of itself: numpy's assert_array_almost_equal
        assert off < 1.5e-6, (name, off)


files = sorted(glob.glob(os.path.join(sys.argv[1], 'tests', 'qucs', '*.pickle')))
named = {os.path.basename(path)[:-len('.pickle')]: pickle.load(open(path, 'rb')) for path in files}
groups = sorted({name.rsplit('-', 1)[0] for name in named})
largest = {}
with tempfile.TemporaryDirectory() as folder:
    for case in named.values():
        compare([case], folder, largest)
    for group in groups:
        compare([named[f'{group}-{k}'] for k in (1, 2, 3)], folder, largest)
print(f'{len(named)} cases of one input and {len(groups)} of three, all within 1.5e-6; largest differences:')
for name, off in largest.items():
    print(f'  {name}: {off:.1e}')
