"""
Laws of current over voltage beside an independent NumPy/SciPy script: drawn curves through `ohmprop calibrate fit` and through
scipy.optimize.least_squares here, the same weights, parameters and profile intervals, with the largest relative difference.
    npm run build && python3 bench/branches-scipy.py
Curves are drawn from closed forms (numpy default_rng(14)), there and back over -1 V to 1 V. Nothing of ohmprop's code is used but
the command and the knee of the weights that it states.
"""
import json, os, subprocess, tempfile
import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.stats import t as student

HERE = os.path.dirname(os.path.abspath(__file__))
OHMPROP = ['node', os.path.join(HERE, '..', 'dist', 'cli', 'main.js')]
LAWS = {
    'ohmic': (lambda p, v: p[0] * v, [3e-5], ['conductance_S']),
    'sinh': (lambda p, v: p[0] / p[1] * np.sinh(p[1] * v), [6e-7, 6], ['conductance_S', 'per_V']),
    'exponential': (lambda p, v: np.sign(v) * p[0] / p[1] * np.expm1(p[1] * np.abs(v)), [4e-6, 2], ['conductance_S', 'per_V']),
    'power': (lambda p, v: np.sign(v) * p[0] * np.abs(v) ** p[1], [4e-6, 2], ['current_A', 'exponent']),
}
worst = 0.0


def row(name, mine, theirs):
    global worst
    d = abs(mine - theirs) / abs(theirs)
    worst = max(worst, d)
    print(f'{name:34s} {mine:.8g}  {theirs:.8g}  {d:.1e}')


def smoothed(i):
    """By a parabola through eleven neighbours, fewer of them on one side at the ends."""
    out = np.empty_like(i)
    for k in range(len(i)):
        at = np.arange(11) + max(0, min(k - 5, len(i) - 11))
        out[k] = np.polyval(np.polyfit(at - k, i[at], 2), 0)
    return out


def check(law, v, i, got):
    curve, truth, names = LAWS[law]
    assert got['n'] == len(v), 'every point is to be fitted'
    weights = got['weights']
    scale, knee = np.max(np.abs(i)), weights['knee_A']
    row(f'{law}: largest current [A]', weights['most_A'], scale)
    spread = scale * np.sqrt((knee**2 + smoothed(i) ** 2) / (knee**2 + scale**2))
    def residuals(p, held=None):
        q = np.array(p, float)
        q[:-1] = np.exp(q[:-1])
        model = curve(q[:-1], v) + q[-1] * scale
        return (i - model) / spread
    tight = dict(xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale='jac')
    best = least_squares(residuals, [*np.log(truth), 0.0], **tight)
    n, m = len(v), len(best.x)
    row(f'{law}: weighted rms', got['rms'], np.sqrt(2 * best.cost / n))
    drop = n * np.log1p(student.ppf(0.975, n - m) ** 2 / (n - m))
    for k, name in enumerate(names):
        row(f'{law}: {name}', got['estimates'][name]['value'], np.exp(best.x[k]))
        def excess(x):
            others = np.delete(best.x, k)
            fit = least_squares(lambda o: residuals(np.insert(o, k, x)), others, **tight)
            return n * np.log(fit.cost / best.cost) - drop
        for way, end in ((-1, 'low'), (1, 'high')):
            far = best.x[k] + way * 1e-4
            while excess(far) < 0:
                far += way * abs(far - best.x[k])
            edge = brentq(excess, best.x[k] + way * 1e-9, far, xtol=1e-13)
            row(f'{law}: {name} 95 % {end}', got['estimates'][name][end], np.exp(edge))


def main():
    rng = np.random.default_rng(14)
    with tempfile.TemporaryDirectory() as folder:
        for law, (curve, truth, _) in LAWS.items():
            way = np.linspace(-1, 1, 101)
            v = np.concatenate([way, way[::-1]])
            i = curve(truth, v) * (1 + 0.01 * rng.normal(size=len(v)))
            path = os.path.join(folder, f'{law}.csv')
            with open(path, 'w') as f:
                f.write('Voltage (V),Current (A)\n' + ''.join(f'{a!r},{b!r}\n' for a, b in zip(v.tolist(), i.tolist())))
            done = subprocess.run([*OHMPROP, 'calibrate', 'fit', path, '--model', law, '--json', '-o', path.replace('.csv', '-fit.csv')], capture_output=True, text=True)
            branches = json.loads(done.stdout)['sweeps'][0]['branches']
            if len(branches) > 1 or branches[0]['correlation'] is not None:
                print(f'{law}: another problem than the plain one ({len(branches)} branches, correlation {branches[0]["correlation"]})')
                continue
            # points in the order in which they are one sweep, which neighbours depend on
            with open(path.replace('.csv', '-fit.csv')) as f:
                rows = [line.split(',') for line in f.read().splitlines()[1:]]
            check(law, *np.array([[float(x) for x in row[3:5]] for row in rows]).T, branches[0])
    print(f'largest relative difference: {worst:.1e}')


main()
